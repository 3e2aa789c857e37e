"""Whether the engines should try the graphics card."""

import logging
from collections.abc import Callable

from core.domain import TranslatableText, mark

logger = logging.getLogger(__name__)

RETRY_AFTER_S = 3600.0
"""A card that failed, for a missing library or memory that a game takes, isn't tried again sooner."""

_FAILED = mark(
    "The graphics card can't be used to transcribe ({reason}), so the processor does it. "
    "Check the card's driver and its CUDA libraries, or choose a smaller model."
)


class GraphicsCard:
    """What is known of the card from engines that tried it. `clock` gives seconds that never go back."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._retry_at = float("-inf")
        self.is_found = False
        """Whether an engine has seen one that hasn't failed since."""
        self.notice: TranslatableText | None = None
        """What the owner should be told, as long as the last attempt has failed."""

    @property
    def may_be_tried(self) -> bool:
        """Whether the next engine should look for it."""
        return self._clock() >= self._retry_at

    def worked(self) -> None:
        """An engine has loaded its model on the card."""
        self.notice = None

    def failed(self, reason: str) -> None:
        """Don't try it for an hour. Kept in the parent: a crash of the card's libraries ends the engine process."""
        logger.warning("the graphics card can't be used, the processor does the work: %s", reason)
        self.is_found = False
        self._retry_at = self._clock() + RETRY_AFTER_S
        self.notice = TranslatableText(_FAILED, {"reason": reason})
