"""What a language model might answer to `core.processing`: as it is told, or in one of many other ways."""

import asyncio
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from core.domain.errors import NotulaError
from core.domain.llm import LlmRequest

_LANGUAGE = re.compile(r"(?:into|Write in) ([A-Z][\w ()]*?)[.,]")


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked: lines to translate by number, or speech or notes to sum up."""

    system: str
    language: str
    lines: Mapping[str, str]
    before: Sequence[str]
    speech: Sequence[str]
    notes: Sequence[str]

    @classmethod
    def of(cls, system: str, user: str) -> Self:
        given: Mapping[str, Any] = json.loads(user)
        language = _LANGUAGE.search(system)
        return cls(
            system,
            language[1] if language else "",
            given.get("lines", {}),
            given.get("before", ()),
            given.get("transcript", ()),
            given.get("notes", ()),
        )


def translated(question: Question) -> dict[str, str]:
    """Every line, with its language before it."""
    return {number: in_language(question.language, text) for number, text in question.lines.items()}


def in_language(language: str, text: str) -> str:
    return f"<{language}> {text}"


def obedient(question: Question) -> str:
    """As it is told."""
    if question.lines:
        return json.dumps({"lines": translated(question)}, ensure_ascii=False)
    if question.notes:
        return f"All of it in {question.language}: {len(question.notes)} notes."
    return f"In {question.language}: {len(question.speech)} lines, the first of which is {question.speech[0]!r}."


class FakeLlm:
    """A language model without a network. `failures` are raised first; `gate` holds all answers back."""

    def __init__(
        self,
        answering: Callable[[Question], str] = obedient,
        *,
        name: str = "groq",
        model: str = "model-1",
    ) -> None:
        self.name = name
        self.model = model
        self.answering = answering
        self.requests: list[LlmRequest] = []
        self.failures: list[NotulaError] = []
        self.gate: asyncio.Event | None = None
        self.at_once = 0
        self.most_at_once = 0
        self.cancelled = 0
        self.asked = asyncio.Condition()

    @property
    def questions(self) -> list[Question]:
        return [Question.of(request.system, request.user) for request in self.requests]

    async def is_asked(self, times: int) -> None:
        async with self.asked:
            await self.asked.wait_for(lambda: len(self.requests) >= times)

    async def ask(self, request: LlmRequest) -> str:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            async with self.asked:
                self.requests.append(request)
                self.asked.notify_all()
            if self.gate is not None:
                await self.gate.wait()
            if self.failures:
                raise self.failures.pop(0)
            return self.answering(Question.of(request.system, request.user))
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        finally:
            self.at_once -= 1
