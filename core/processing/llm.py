"""Who is asked, and who has answered."""

import logging
from collections.abc import Sequence
from typing import Protocol

from core.domain.errors import ChatTooLong, NoChatModel, ProviderError
from core.domain.llm import ChatRequest

logger = logging.getLogger(__name__)


class Chat(Protocol):
    """A chat model. Trying again is its own business."""

    @property
    def name(self) -> str:
        """Whose it is, as settings and cache keys call them."""

    @property
    def model(self) -> str:
        """Which one it is."""

    async def ask(self, request: ChatRequest) -> str:
        """The answer's text, which is never empty.

        Raises `ChatTooLong` where less text may do, and other kinds of `ProviderError` where this one can't answer.
        """


class Answering:
    """The chat models for one piece of work, best first: each question goes to the first that can answer it."""

    def __init__(self, chats: Sequence[Chat]) -> None:
        self._chats = tuple(chats)
        self._answered: set[int] = set()

    @property
    def makers(self) -> tuple[Chat, ...]:
        """Those that have answered, best first; the best of all where nothing was asked."""
        return tuple(self._chats[place] for place in sorted(self._answered)) or self._chats[:1]

    async def ask(self, request: ChatRequest) -> str:
        """The answer. Raises `ChatTooLong` as soon as anybody does, else what the first one raised if all fail."""
        failures: list[ProviderError] = []
        for place, chat in enumerate(self._chats):
            try:
                answer = await chat.ask(request)
            except ChatTooLong:
                raise
            except ProviderError as error:
                logger.info("%s can't answer: %s", chat.name, type(error).__name__)
                failures.append(error)
            else:
                self._answered.add(place)
                return answer
        raise failures[0] if failures else NoChatModel
