"""What a person may set about the keyboard: other keys for the actions of the window."""

import re

from pydantic import BaseModel, ConfigDict, Field, field_validator

from core.domain import mark

MOST_KEYS = 4
"""As many keys as one action may have: those of a keyboard, and of a foot pedal."""

_MOST_ACTIONS = 300

RENAMED = {"go_to_about": "go_to_help"}
"""Present names of actions by those that people may have in their settings since earlier."""

_ACTION = re.compile(r"[a-z][a-z0-9_]{0,63}")
_KEYS = re.compile(r"(?:(?:Ctrl|Alt|Shift|Meta|Num)\+)*(?:\S|[A-Z][A-Za-z0-9() ]{1,39})")
"""Qt's portable form, such as `Ctrl+Shift+P`: https://doc.qt.io/qt-6/qkeysequence.html#SequenceFormat-enum"""


class ShortcutSettings(BaseModel):
    """The keyboard's part of `Settings`.

    Only the form is checked here. Which actions there are, and which keys can't be given to them, the window knows.
    """

    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)

    shortcuts: dict[str, tuple[str, ...]] = Field(
        default_factory=dict,
        title=mark("Keyboard shortcuts"),
        description=mark("Keys of your own for what can be done in the window."),
        json_schema_extra={
            "restricts": False,
            "section": "keyboard",
            "own_editor": True,
            "by_entry": True,
            "rule": mark(
                "for each action a list of keys such as Ctrl+Shift+P or F5, four at most, and an empty list for none"
            ),
        },
    )

    @field_validator("shortcuts", mode="before")
    @classmethod
    def _present_names(cls, shortcuts: object) -> object:
        if not isinstance(shortcuts, dict):
            return shortcuts
        renamed = {RENAMED[name]: keys for name, keys in shortcuts.items() if name in RENAMED}
        return renamed | {name: keys for name, keys in shortcuts.items() if name not in RENAMED}

    @field_validator("shortcuts")
    @classmethod
    def _possible_keys(cls, shortcuts: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        if len(shortcuts) > _MOST_ACTIONS or not all(map(_ACTION.fullmatch, shortcuts)):
            raise ValueError("a name that can't be an action's, or too many of them")
        for keys in shortcuts.values():
            if len(keys) > MOST_KEYS or not all(map(_KEYS.fullmatch, keys)):
                raise ValueError("keys that can't be pressed, or too many of them")
        return shortcuts
