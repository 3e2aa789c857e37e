"""How something that can be done by a key is declared."""

from dataclasses import dataclass
from enum import StrEnum

from core.domain import mark


class ActionPlace(StrEnum):
    """Where the keys of an action work, in the order of the cheat sheet."""

    WINDOW = "window"
    TRANSCRIBE = "transcribe"
    QUEUE = "queue"
    HISTORY = "history"
    READER = "reader"
    TRANSCRIPT = "transcript"
    DASHBOARD = "dashboard"
    BOT = "bot"
    SETTINGS = "settings"
    PROVIDERS = "providers"
    MESSAGE = "message"


PLACE_TITLES = {
    ActionPlace.WINDOW: mark("Everywhere"),
    ActionPlace.TRANSCRIBE: mark("Transcribe"),
    ActionPlace.QUEUE: mark("Queue"),
    ActionPlace.HISTORY: mark("Library"),
    ActionPlace.READER: mark("A text in the queue or the library"),
    ActionPlace.TRANSCRIPT: mark("Transcript"),
    ActionPlace.DASHBOARD: mark("Dashboard"),
    ActionPlace.BOT: mark("Bot"),
    ActionPlace.SETTINGS: mark("Settings"),
    ActionPlace.PROVIDERS: mark("List of providers"),
    ActionPlace.MESSAGE: mark("A message"),
}

_INSIDE = {
    ActionPlace.READER: (ActionPlace.QUEUE, ActionPlace.HISTORY),
    ActionPlace.PROVIDERS: (ActionPlace.SETTINGS,),
}
"""Pages on which a place is."""


@dataclass(frozen=True, slots=True)
class ActionDeclaration:
    """Something that can be done by a key."""

    name: str
    """Its name in the settings, such as `queue_pause`, never shown."""

    text: str
    """What a menu says, in English, wrapped in `mark`."""

    place: ActionPlace

    keys: tuple[str, ...] = ()
    """In Qt's portable form, such as `Ctrl+Shift+P`. On macOS Ctrl is the Command key."""

    icon: str = ""
    """An SVG of `resources/icons`, without the suffix."""

    repeats: bool = False
    """Whether it is done again and again while its keys are held, as where one goes step by step."""

    part: str = ""
    """Of an action whose widget is made when it is first shown: where that is, as in `settings.providers`."""

    is_fixed: bool = False
    """Whether a control has these keys by itself, so that nobody can change them."""


def can_meet(one: ActionPlace, other: ActionPlace) -> bool:
    """Whether both places can be in sight at once, so that the same keys would mean two things."""
    if one is other or ActionPlace.WINDOW in (one, other):
        return True
    if ActionPlace.MESSAGE in (one, other):
        return ActionPlace.TRANSCRIPT not in (one, other)  # There Ctrl+Z undoes what was edited.
    return other in _INSIDE.get(one, ()) or one in _INSIDE.get(other, ())
