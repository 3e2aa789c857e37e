"""The settings as the window knows them: what the core's latest snapshot says."""

from PySide6.QtCore import QObject, Signal

from core.config import Settings
from core.domain import Snapshot
from gui.runtime.core_thread import CoreThread


class ShownSettings(QObject):
    """All pages look here, and send changes to the core: what they show then comes back with a snapshot."""

    changed = Signal(object)
    """The names of those that are others now: a frozenset."""

    def __init__(self, settings: Settings, core: CoreThread, parent: QObject | None = None) -> None:
        """`settings` are those that the core begins with."""
        super().__init__(parent)
        self.current = settings
        core.published.connect(self._follow)

    def _follow(self, snapshot: Snapshot) -> None:
        settings, before = snapshot.settings, self.current
        if not isinstance(settings, Settings) or settings is before:
            return
        self.current = settings
        names = (name for name in Settings.model_fields if getattr(settings, name) != getattr(before, name))
        if changed := frozenset(names):
            self.changed.emit(changed)
