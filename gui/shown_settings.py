"""The settings as the window knows them: those of the core's latest snapshot."""

from core.config import Settings
from core.domain import Snapshot


class ShownSettings:
    """Read by all pages. A page sends a change to the core, which answers with a snapshot of the new settings."""

    def __init__(self, settings: Settings) -> None:
        """`settings` are those that the core starts with."""
        self.current = settings

    def update(self, snapshot: Snapshot) -> frozenset[str]:
        """Take over the settings of a snapshot. Returns the names of those that have another value now."""
        settings, before = snapshot.settings, self.current
        if not isinstance(settings, Settings) or settings is before:
            return frozenset()
        self.current = settings
        return frozenset(name for name in Settings.model_fields if getattr(settings, name) != getattr(before, name))
