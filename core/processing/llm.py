"""The port to language models, and the fallback from one to the next."""

import logging
from collections.abc import Sequence
from typing import Protocol

from core.domain.errors import LlmTextTooLong, NoLlm, ProviderError
from core.domain.llm import LlmRequest

logger = logging.getLogger(__name__)


class Llm(Protocol):
    """A language model. It retries by itself."""

    @property
    def name(self) -> str:
        """The provider's name, as settings and cache keys call it."""

    @property
    def model(self) -> str:
        """The model's name."""

    async def ask(self, request: LlmRequest) -> str:
        """The answer's text, which is never empty.

        Raises `LlmTextTooLong` where less text may do, and other kinds of `ProviderError` where it can't answer.
        """


class FallbackLlm:
    """The language models for one piece of work, best first: each request goes to the first that can answer it."""

    def __init__(self, llms: Sequence[Llm]) -> None:
        self._llms = tuple(llms)
        self._answered: set[int] = set()

    @property
    def used(self) -> tuple[Llm, ...]:
        """The models that have answered, best first; the best of all before the first request."""
        return tuple(self._llms[place] for place in sorted(self._answered)) or self._llms[:1]

    async def ask(self, request: LlmRequest) -> str:
        """The answer. Raises `LlmTextTooLong` as soon as a model does, else what the first one raised if all fail."""
        failures: list[ProviderError] = []
        for place, llm in enumerate(self._llms):
            try:
                answer = await llm.ask(request)
            except LlmTextTooLong:
                raise
            except ProviderError as error:
                logger.info("%s can't answer: %s", llm.name, type(error).__name__)
                failures.append(error)
            else:
                self._answered.add(place)
                return answer
        raise failures[0] if failures else NoLlm
