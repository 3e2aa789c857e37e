"""Translates a transcript line by line, with the same times."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from core.domain import Transcript
from core.domain.errors import LinesMissing, LlmTextTooLong
from core.domain.languages import language_name
from core.domain.llm import LlmRequest
from core.processing import prompts
from core.processing.derived_transcript import derived_transcript
from core.processing.line_parsing import ParsedLines, parse_lines
from core.processing.llm import FallbackLlm
from core.processing.numbered_lines import Batch, Line, batches_of, lines_of, with_texts

logger = logging.getLogger(__name__)

BATCH_TOKENS = 800
"""With the answer that stays below what Groq's free tier takes in a minute, and in a small model's context."""

BATCH_LINES = 50
LINES_BEFORE = 3
_FEWER_LINES = 8
"""How many lines are requested at once after a model has left some out twice."""

_ANSWER_SHARE = 3
_TOKENS_PER_LINE = 20
NOTHING_KNOWN: Mapping[str, str] = {}

_TOKENS_TO_THINK = 1000
"""Some models write down what they think, and it counts."""


class TranscriptTranslator:
    """Translates one transcript into the language of this ISO 639-1 code, at most `most_at_once` requests at a time."""

    def __init__(self, llm: FallbackLlm, language: str, *, most_at_once: int) -> None:
        self._llm = llm
        self._language = language
        self._system = prompts.translating(language_name(language))
        self._free = asyncio.Semaphore(most_at_once)

    async def translate(
        self, transcript: Transcript, on_progress: Callable[[float], None], known: Mapping[str, str] = NOTHING_KNOWN
    ) -> Transcript:
        """The translation; `on_progress` gets the share that is done, 0 to 1.

        Segments whose text is `known` have that translation, and no model is asked for them. Raises `LinesMissing`,
        `LlmTextTooLong` or another `ProviderError` where a line can't be had.
        """
        every = lines_of(transcript.segments)
        lines = tuple(line for line in every if transcript.segments[line.segment].text not in known)
        batches = (
            _only(Batch(every), lines, BATCH_LINES)
            if known
            else batches_of(lines, most_tokens=BATCH_TOKENS, most_lines=BATCH_LINES, before=LINES_BEFORE)
        )
        texts: dict[int, str] = {}

        async def work(batch: Batch) -> None:
            async with self._free:
                texts.update(await self._translated(batch))
            on_progress(len(texts) / len(lines))

        try:
            async with asyncio.TaskGroup() as group:
                for batch in batches:
                    group.create_task(work(batch))
        except BaseExceptionGroup as failures:
            raise failures.exceptions[0] from failures
        made = with_texts(transcript.segments, lines, texts)
        segments = tuple(
            replace(after, text=known.get(before.text, after.text))
            for before, after in zip(transcript.segments, made, strict=True)
        )
        return derived_transcript(transcript, segments, self._language, self._llm.used)

    async def _translated(self, batch: Batch) -> dict[int, str]:
        """The text of every line of the batch by number: missing lines are requested again in smaller batches."""
        texts = (await self._ask(batch)).certain
        requested = len(batch.lines)
        for most_lines in (BATCH_LINES, _FEWER_LINES):
            missing = _without(batch, texts)
            if missing and min(len(missing), most_lines) < requested:
                logger.info("%d of %d lines are requested again", len(missing), len(batch.lines))
                for smaller in _only(batch, missing, most_lines):
                    texts |= (await self._ask(smaller)).certain
                requested = min(len(missing), most_lines)
        for line in _only(batch, _without(batch, texts), 1):
            read = await self._ask(line)
            if not read.texts:  # The model can't do it: no more requests, which cost money.
                raise LinesMissing(model=self._llm.used[-1].model)
            texts |= read.texts
        return texts

    async def _ask(self, batch: Batch) -> ParsedLines:
        """One request, or several where the model takes less at once. Raises `LlmTextTooLong` for a line too long."""
        try:
            answer = await self._llm.ask(self._request(batch))
        except LlmTextTooLong:
            if len(batch.lines) == 1 and not batch.before:
                raise
        else:
            return parse_lines(answer, batch.lines)
        read = [await self._ask(smaller) for smaller in _smaller(batch)]
        return ParsedLines(
            {number: text for part in read for number, text in part.texts.items()},
            {number: text for part in read for number, text in part.certain.items()},
        )

    def _request(self, batch: Batch) -> LlmRequest:
        lines = {line.number: line.text for line in batch.lines}
        most_tokens = batch.tokens * _ANSWER_SHARE + len(lines) * _TOKENS_PER_LINE + _TOKENS_TO_THINK
        return LlmRequest(self._system, prompts.lines_to_translate(batch.before, lines), most_tokens, json_answer=True)


def _without(batch: Batch, texts: Mapping[int, str]) -> tuple[Line, ...]:
    """The lines of the batch that have no text yet."""
    return tuple(line for line in batch.lines if line.number not in texts)


def _only(batch: Batch, lines: Sequence[Line], most_lines: int) -> tuple[Batch, ...]:
    """These lines of the batch in smaller ones; each is shown what really was said before it."""
    context = (*(Line(0, 0, text) for text in batch.before), *batch.lines)
    parts = batches_of(lines, most_tokens=BATCH_TOKENS, most_lines=most_lines, before=0)

    def before(part: Batch) -> tuple[str, ...]:
        place = context.index(part.lines[0])
        return tuple(line.text for line in context[max(0, place - LINES_BEFORE) : place])

    return tuple(replace(part, before=before(part)) for part in parts)


def _smaller(batch: Batch) -> tuple[Batch, ...]:
    """Both halves of a batch; where it is one line, that without what was said before."""
    if len(batch.lines) == 1:
        return (replace(batch, before=()),)
    return _only(batch, batch.lines, (len(batch.lines) + 1) // 2)
