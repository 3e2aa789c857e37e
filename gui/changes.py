"""Change events: what kinds of things an operation, or the core by itself, has changed, and what began it.

Views connect to `ChangeEvents.happened` and refresh themselves; nothing calls their `refresh` for them. The same idea
as Anki's `OpChanges` (https://github.com/ankitects/anki/blob/main/qt/aqt/operations/__init__.py).
"""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal


@dataclass(frozen=True, slots=True)
class Changes:
    """The kinds of things that differ now. False where nothing does."""

    history: bool = False
    """Entries of the history were added, changed or deleted."""

    jobs: bool = False
    """Jobs were added to the queue or removed from it, or are in another state. Their progress doesn't count."""

    models: bool = False
    """On-device models were downloaded or deleted."""

    providers: bool = False
    """The providers, their order, their servers or their keys."""

    settings: frozenset[str] = frozenset()
    """The names of the settings that have another value."""

    def __bool__(self) -> bool:
        return self.history or self.jobs or self.models or self.providers or bool(self.settings)


class ChangeEvents(QObject):
    """Sends one event a finished operation, and one a snapshot in which the core has changed something."""

    happened = Signal(object, object)
    """The `Changes`, and their initiator: the object that began the operation, None where the core changed something.

    A view ignores events of which it is the initiator: it gets the operation's result.
    """

    def publish(self, changes: Changes, initiator: object = None) -> None:
        """Tell all views, unless nothing has changed."""
        if changes:
            self.happened.emit(changes, initiator)
