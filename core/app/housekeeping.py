"""Cleaning up while Notula runs: what is too old goes, and what was deleted leaves the files."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping

from core.domain.errors import StoreError

logger = logging.getLogger(__name__)

EVERY_S = 3600.0
"""How exactly anything is kept for so many days."""


class Housekeeping:
    """Takes each step at the start and every hour. One that fails keeps no other from being taken.

    `steps` are by names for the log. `pause` waits for so many seconds.
    """

    def __init__(
        self,
        steps: Mapping[str, Callable[[], Awaitable[object]]],
        *,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._steps = steps
        self._pause = pause

    async def run(self) -> None:
        """Go on until cancelled."""
        while True:
            await self.once()
            await self._pause(EVERY_S)

    async def once(self) -> None:
        """Take each step. What the database or the disk keeps from being done is logged, and done the next time."""
        for name, step in self._steps.items():
            try:
                await step()
            except (StoreError, OSError) as error:
                logger.warning("%s: %s; it is tried again in an hour", name, type(error).__name__)
