"""What a recording is about, in a paragraph."""

import asyncio
from collections.abc import Callable, Iterable, Sequence

from core.domain import Segment, Transcript
from core.domain.errors import LlmTextTooLong
from core.domain.languages import language_name
from core.domain.llm import LlmRequest
from core.processing import prompts
from core.processing.derived_transcript import derived_transcript
from core.processing.llm import FallbackLlm
from core.processing.numbered_lines import pieces_of, tokens_of

PART_TOKENS = 2400
"""A quarter of an hour of speech. With the answer it fits into a small model's context of 4096."""

_LONGEST_NOTE_TOKENS = 400
"""Notes that don't heed their limit are cut, or joining them might never come to an end."""

_SUMMARY_WORDS = (40, 300)
_NOTE_WORDS = 120
_WORDS_SPARED = 5
"""A summary has at most a fifth of the words."""

_LEAST_TOKENS, _LEAST_NOTE_TOKENS = 50, 25
"""What is shorter than this is not cut any more where a model takes less at once."""

_TOKENS_PER_WORD = 4
_TOKENS_TO_THINK = 800


class Summarizer:
    """Sums up one transcript in the language of this ISO 639-1 code, at most `most_at_once` requests at a time.

    An empty code means the language that is spoken.
    """

    def __init__(self, llm: FallbackLlm, language: str, *, most_at_once: int) -> None:
        self._llm = llm
        self._language = language
        self._language_name = language_name(language) if language else ""
        self._free = asyncio.Semaphore(most_at_once)

    async def summarize(self, transcript: Transcript, on_progress: Callable[[float], None]) -> Transcript:
        """The summary of a transcript that isn't empty, as a transcript of one segment.

        `on_progress` gets the share that is done, 0 to 1. Raises `LlmTextTooLong` and other kinds of `ProviderError`.
        """
        lines = [line for segment in transcript.segments for line in _lines_of(segment)]
        words = _summary_words(lines)
        parts = _parts(lines, PART_TOKENS)
        try:
            if len(parts) == 1:
                text = await self._whole(parts[0], words)
            else:
                text = await self._in_parts(parts, words, on_progress)
        except BaseExceptionGroup as failures:
            raise failures.exceptions[0] from failures
        on_progress(1.0)
        segments = (Segment(0.0, transcript.duration_s, text),)
        return derived_transcript(transcript, segments, self._language, self._llm.used)

    async def _whole(self, lines: Sequence[str], words: int) -> str:
        """A summary of all lines in one request, or of notes where that is too much."""
        try:
            return await self._ask(
                prompts.summarizing(self._language_name, words), prompts.speech_to_summarize(lines), words
            )
        except LlmTextTooLong:
            if not _can_halve(lines):
                raise
        return await self._joined([note for half in _halves(lines) for note in await self._notes(half)], words)

    async def _in_parts(self, parts: Sequence[Sequence[str]], words: int, on_progress: Callable[[float], None]) -> str:
        done = 0

        async def work(part: Sequence[str]) -> list[str]:
            nonlocal done
            async with self._free:
                notes = await self._notes(part)
            done += 1
            on_progress(done / (len(parts) + 1))
            return notes

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(work(part)) for part in parts]
        return await self._joined([note for task in tasks for note in task.result()], words)

    async def _notes(self, lines: Sequence[str]) -> list[str]:
        """What is said in these lines: one note, or several where the model takes less at once."""
        system = prompts.noting(self._language_name, _NOTE_WORDS)
        try:
            return [_short(await self._ask(system, prompts.speech_to_summarize(lines), _NOTE_WORDS))]
        except LlmTextTooLong:
            if not _can_halve(lines):
                raise
        return [note for half in _halves(lines) for note in await self._notes(half)]

    async def _joined(self, notes: Sequence[str], words: int) -> str:
        """One text of many notes; of very many in several steps, each of which leaves a few of them."""
        while len(groups := _parts(notes, PART_TOKENS)) > 1:
            notes = [_short(await self._join(group, _NOTE_WORDS)) for group in groups]
        return await self._join(notes, words)

    async def _join(self, notes: Sequence[str], words: int) -> str:
        """One text of these notes. Where they are too much, of two that are made of them, or of shorter ones."""
        system = prompts.joining(self._language_name, words)
        while True:
            try:
                return await self._ask(system, prompts.notes_to_join(notes), words)
            except LlmTextTooLong:
                shorter = max(map(tokens_of, notes)) // 2
                if len(notes) <= 2 and shorter < _LEAST_NOTE_TOKENS:
                    raise
            if len(notes) > 2:
                notes = [_short(await self._join(half, _NOTE_WORDS)) for half in _halves(notes)]
            else:
                notes = [_short(note, shorter) for note in notes]

    async def _ask(self, system: str, user: str, words: int) -> str:
        answer = await self._llm.ask(LlmRequest(system, user, words * _TOKENS_PER_WORD + _TOKENS_TO_THINK))
        return " ".join(answer.encode("utf-8", "replace").decode("utf-8").split())


def _lines_of(segment: Segment) -> Iterable[str]:
    speaker = f"{segment.speaker}: " if segment.speaker else ""
    return (f"{speaker}{piece}" for piece in pieces_of(segment.text, PART_TOKENS // 2))


def _summary_words(lines: Sequence[str]) -> int:
    """As many as suit the length; of scripts without spaces the tokens are the better measure."""
    spoken = max(sum(len(line.split()) for line in lines), sum(map(tokens_of, lines)) // 2)
    least, most = _SUMMARY_WORDS
    return max(least, min(spoken // _WORDS_SPARED, most))


def _parts(lines: Sequence[str], most_tokens: int) -> list[list[str]]:
    """The lines in their order, so many of them together as fit."""
    parts: list[list[str]] = [[]]
    tokens = 0
    for line in lines:
        tokens += tokens_of(line)
        if parts[-1] and tokens > most_tokens:
            parts.append([])
            tokens = tokens_of(line)
        parts[-1].append(line)
    return parts


def _can_halve(lines: Sequence[str]) -> bool:
    return len(lines) > 1 or tokens_of(lines[0]) > _LEAST_TOKENS


def _halves(lines: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    if len(lines) == 1:
        middle = len(lines[0]) // 2
        return [lines[0][:middle]], [lines[0][middle:]]
    middle = len(lines) // 2
    return lines[:middle], lines[middle:]


def _short(note: str, most_tokens: int = _LONGEST_NOTE_TOKENS) -> str:
    return next(pieces_of(note, most_tokens), note)
