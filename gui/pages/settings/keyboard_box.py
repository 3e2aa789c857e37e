"""The keys of a person's own: pressing new ones for an action, conflicts, and the way back."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from core.config import Settings
from core.config.shortcut_settings import MOST_KEYS
from core.domain import TranslatableText
from gui.actions.declaration import PLACE_TITLES
from gui.actions.keys import is_possible, portable, shown
from gui.page_context import PageContext
from gui.pages.settings.key_field import KeyField
from gui.scale import Gap
from gui.widgets.action_tree import ActionTree
from gui.widgets.flow_layout import FlowLayout
from gui.widgets.invalid_field import mark_invalid
from gui.widgets.text import paragraph

_HEIGHT = 340


class KeyboardBox(QWidget):
    """The list of all actions whose keys can be changed, and what can be done with the chosen one."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("plain")
        self._actions = context.actions
        self._core = context.core
        self._operations = context.operations
        self._settings = context.settings
        self._messages = context.messages
        self._tr = tr = context.tr
        self._wanted: QKeySequence | None = None
        self.line = QLineEdit()
        self.line.setPlaceholderText(tr("Search by action, page or keys"))
        self.line.setAccessibleName(tr("Search by action, page or keys"))
        self.line.setClearButtonEnabled(True)
        self.tree = ActionTree(context.actions, tr, fixed=False)
        self.tree.setMinimumHeight(_HEIGHT)
        self.line.textChanged.connect(self.tree.search)
        self.tree.currentItemChanged.connect(self._choose)
        self.tree.itemActivated.connect(lambda *_: self._begin())
        self.field = KeyField(tr)
        self.field.pressed.connect(self._press)
        self.field.given_up.connect(self._give_up)
        # Once the focus is where it goes: what is hidden before has the window look for another place for it.
        self.field.left.connect(self._leave, Qt.ConnectionType.QueuedConnection)
        self.change = self._button(tr("Press new keys …"), lambda: self._begin())
        self.add = self._button(tr("Press further keys …"), lambda: self._begin(is_further=True))
        self.clear = self._button(tr("Take keys away"), lambda: self._use(self.tree.chosen, ()))
        self.reset = self._button(tr("Reset"), self._reset)
        self.reset_all = self._button(tr("Reset all"), self._reset_all)
        self.problem = paragraph(name="problem")
        self.take_over = self._button(tr("Use them here instead"), self._take_over)
        self._is_further = False
        self._lay_out()
        self._actions.keys_changed.connect(self.show_state)
        self._give_up()
        self.show_state()

    def show_state(self) -> None:
        """Show what can be done with the action that is selected, and what in the settings isn't followed."""
        name, own = self.tree.chosen, self._settings.current.shortcuts
        keys = self._actions.keys_of(name) if name else ()
        self.change.setEnabled(bool(name))
        self.add.setEnabled(0 < len(keys) < MOST_KEYS)
        self.clear.setEnabled(bool(keys))
        self.reset.setEnabled(name in own)
        self.reset_all.setEnabled(bool(own))
        refused = self._actions.refused()
        self._refused.setText(
            self._tr("Not used, as there is no such action, or its keys can't be: {names}", names=", ".join(refused))
        )
        self._refused.setVisible(bool(refused))

    def _choose(self) -> None:
        self._give_up()
        self.show_state()

    def _begin(self, *, is_further: bool = False) -> None:
        if self.tree.chosen:
            self._give_up()
            self._is_further = is_further
            self.field.show()
            self.field.setFocus()

    def _press(self, keys: QKeySequence) -> None:
        tr, name = self._tr, self.tree.chosen
        if not is_possible(keys):
            self._say(tr("{keys} can't be used, as lists and text fields need it. Press others.", keys=shown([keys])))
            return
        taken = self._actions.conflicts(name, keys)
        if taken:
            actions = ", ".join(f"{tr(one.text)} ({tr(PLACE_TITLES[one.place])})" for one in taken)
            self._say(tr("{keys} is taken: {actions}. Press others.", keys=shown([keys]), actions=actions))
            self._wanted = keys
            self.take_over.setVisible(not any(one.is_fixed for one in taken))
            return
        self._use(name, self._with(name, keys))

    def _with(self, name: str, keys: QKeySequence) -> tuple[QKeySequence, ...]:
        before = self._actions.keys_of(name) if self._is_further else ()
        return (*(one for one in before if one != keys), keys)

    def _take_over(self) -> None:
        name, wanted = self.tree.chosen, self._wanted
        if wanted is None:
            return
        changed = {name: self._with(name, wanted)}
        for other in self._actions.conflicts(name, wanted):
            changed[other.name] = tuple(keys for keys in self._actions.keys_of(other.name) if keys != wanted)
        self._finish(changed)

    def _use(self, name: str, keys: tuple[QKeySequence, ...]) -> None:
        self._finish({name: keys})

    def _finish(self, changed: Mapping[str, tuple[QKeySequence, ...]]) -> None:
        new = {name: tuple(map(portable, keys)) for name, keys in changed.items()}
        declared = {one.name: one.keys for one in self._actions.declarations}
        self._give_up()
        self.tree.setFocus()
        self._change(
            lambda settings: {
                name: keys for name, keys in (settings.shortcuts | new).items() if keys != declared.get(name)
            }
        )

    def _reset(self) -> None:
        name = self.tree.chosen
        self._change(lambda settings: {one: keys for one, keys in settings.shortcuts.items() if one != name})

    def _reset_all(self) -> None:
        before = self._settings.current.shortcuts
        self._change(lambda settings: {})
        self._messages.information(
            self._tr("All keys are as they were at first."),
            self._tr("Undo"),
            lambda: self._change(lambda settings: before),
            is_undo=True,
        )

    def _change(self, shortcuts: Callable[[Settings], Mapping[str, tuple[str, ...]]]) -> None:
        change = self._core.call(
            lambda notula: notula.settings_service.change_by(lambda settings: {"shortcuts": dict(shortcuts(settings))})
        )
        self._operations.start(change, failed=self._failed)

    def _failed(self, message: TranslatableText) -> None:
        self._say(self._tr.message(message))

    def _say(self, sentence: str) -> None:
        self._wanted = None
        self.take_over.hide()
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))
        mark_invalid(self.field, sentence)

    def _give_up(self) -> None:
        """Stop waiting for keys."""
        if self.field.hasFocus():
            self.tree.setFocus()  # Before it is hidden: else the window finds another place for the focus.
        self._say("")
        self.field.hide()

    def _leave(self) -> None:
        """Give up, unless keys are on offer that something else has: the button to take them over may be pressed."""
        if self._wanted is None and not self.field.hasFocus():
            self._give_up()

    def _button(self, text: str, does: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.setAccessibleName(text)
        button.clicked.connect(lambda: does())
        return button

    def _lay_out(self) -> None:
        self._refused = paragraph(name="problem")
        buttons = FlowLayout(gap=8, line_gap=8)
        for button in (self.change, self.add, self.clear, self.reset, self.reset_all):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Gap.SMALL)
        about = self._tr("Choose what is to be done, and press the keys for it; a foot pedal's are keys, too.")
        column.addWidget(paragraph(about, "muted"))
        for widget in (self._refused, self.line, self.tree):
            column.addWidget(widget)
        column.addLayout(buttons)
        for part in (self.field, self.problem):
            column.addWidget(part)
        column.addWidget(self.take_over, 0, Qt.AlignmentFlag.AlignLeft)
