"""Whether the engines should try the graphics card."""

import logging
from collections.abc import Callable

from core.domain import TranslatableText, mark

logger = logging.getLogger(__name__)

REST_S = 3600.0
"""Whatever a card fails for, a library that is missing or a game that takes its memory, is tried again no sooner."""

_FAILED = mark(
    "The graphics card can't be used to transcribe ({reason}), so the processor does it. "
    "Check the card's driver and its CUDA libraries, or choose a smaller model."
)


class GraphicsCard:
    """The card as far as engines have told of it. `clock` gives seconds that never go back."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._rests_until = float("-inf")
        self.is_found = False
        """Whether an engine has seen one that hasn't failed since."""
        self.notice: TranslatableText | None = None
        """What the owner has to be told, as long as the last attempt has failed."""

    @property
    def may_be_tried(self) -> bool:
        """Whether the next engine should look for it."""
        return self._clock() >= self._rests_until

    def worked(self) -> None:
        """An engine uses it."""
        self.notice = None

    def failed(self, reason: str) -> None:
        """Leave it alone for an hour. A crash of the card's libraries takes the process with it, so this isn't its."""
        logger.warning("the graphics card can't be used, the processor does the work: %s", reason)
        self.is_found = False
        self._rests_until = self._clock() + REST_S
        self.notice = TranslatableText(_FAILED, {"reason": reason})
