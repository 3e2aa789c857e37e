"""Which keys an action may have, and how they are written for people."""

from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeySequence

from gui.actions.declaration import ActionDeclaration, can_meet

_FIRST_OF_NO_CHARACTER = 0x01000000
"""Below are the keys that type a character: https://doc.qt.io/qt-6/qt.html#Key-enum"""

_OF_CONTROLS = frozenset(
    {
        Qt.Key.Key_Escape,
        Qt.Key.Key_Tab,
        Qt.Key.Key_Backtab,
        Qt.Key.Key_Backspace,
        Qt.Key.Key_Return,
        Qt.Key.Key_Enter,
        Qt.Key.Key_Home,
        Qt.Key.Key_End,
        Qt.Key.Key_Left,
        Qt.Key.Key_Right,
        Qt.Key.Key_Up,
        Qt.Key.Key_Down,
        Qt.Key.Key_PageUp,
        Qt.Key.Key_PageDown,
    }
)
"""Keys that lists, buttons and text fields need, alone and with Shift."""

_MODIFIERS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier

_OF_TEXTS = ("Ctrl+C", "Ctrl+X")
"""Copy and cut, which text fields take for themselves."""

ALONE = frozenset(
    {
        Qt.Key.Key_Shift,
        Qt.Key.Key_Control,
        Qt.Key.Key_Meta,
        Qt.Key.Key_Alt,
        Qt.Key.Key_AltGr,
        Qt.Key.Key_CapsLock,
        Qt.Key.Key_NumLock,
        Qt.Key.Key_ScrollLock,
        Qt.Key.Key_unknown,
    }
)
"""Keys that are only held beside others."""


def sequence(text: str) -> QKeySequence:
    """Of Qt's portable form. An empty one where Qt doesn't know the key."""
    return QKeySequence.fromString(text, QKeySequence.SequenceFormat.PortableText)


def portable(keys: QKeySequence | QKeyCombination) -> str:
    """As settings and declarations write them."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.PortableText)


def shown(keys: Iterable[QKeySequence]) -> str:
    """As people read them on this system, with commas between several."""
    return ", ".join(one.toString(QKeySequence.SequenceFormat.NativeText) for one in keys)


def is_possible(keys: QKeySequence) -> bool:
    """Whether a person may give these keys to an action: a single press, which types nothing and moves no cursor."""
    if keys.count() != 1 or portable(keys) in _OF_TEXTS:
        return False
    pressed: QKeyCombination = keys[0]  # type: ignore[index]  # Its stub lacks what the class has.
    if pressed.key() in ALONE:
        return False
    if pressed.keyboardModifiers() & _MODIFIERS:
        return True
    return pressed.key() >= _FIRST_OF_NO_CHARACTER and pressed.key() not in _OF_CONTROLS


def conflicts(
    action: ActionDeclaration,
    keys: QKeySequence,
    declarations: Iterable[ActionDeclaration],
    keys_of: Mapping[str, Sequence[QKeySequence]],
) -> list[ActionDeclaration]:
    """The other actions that have these keys where this action works."""
    return [
        other
        for other in declarations
        if other.name != action.name and can_meet(action.place, other.place) and keys in keys_of[other.name]
    ]
