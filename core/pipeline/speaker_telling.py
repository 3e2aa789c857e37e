"""The speakers of one recording: its voices are heard beside the transcription, and told apart at its end."""

import asyncio
import logging
from bisect import bisect_left
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import TypeVar

from core.domain import Segment, SpeechChunk, TranscriptionOptions, TranslatableText, mark
from core.domain.errors import EngineCrashed, EngineUnavailable, ModelError, NotulaError
from core.domain.notice_pages import SPEAKERS_IN_PARTS, SPEAKERS_NEED_MODEL
from core.voices import ChannelLevels, Decision, Heard, Turn, VoiceTeller, assigned, numbered, turns_by_channel, united

logger = logging.getLogger(__name__)

T = TypeVar("T")

NOT_TOLD = mark("Speakers weren't told apart. {reason}")
PARTLY_TOLD = mark("In a part of this recording speakers weren't told apart. {reason}")
_STOPPED = mark("The process that does that stopped unexpectedly.")
FEWER = mark("How many people speak was given as {people}; no more voices than {told} could be told apart.")
MORE = mark("How many people speak was given as {people}; {told} were told apart.")


class SpeakerTelling:
    """Used once. All times are without the silences that are left out, as the chunks' are.

    Without a `teller` that has its models, and where speakers aren't asked for, it does nothing. What goes wrong costs
    the speakers, never the text.
    """

    def __init__(self, teller: VoiceTeller | None, options: TranscriptionOptions) -> None:
        self._is_asked = options.speakers
        self._people = options.people
        self._teller = teller if options.speakers and teller is not None and teller.model is not None else None
        self._hears = self._teller is not None
        self._heard: dict[int, Heard] = {}
        self._spans: dict[int, tuple[float, float]] = {}
        """Where each chunk begins and ends; of an overlap each of two has one half."""
        self._failure: TranslatableText | None = None
        self._is_told = False
        self._count: TranslatableText | None = None
        """What to say where another number of people was told apart than a person had said."""
        self._in_parts: TranslatableText | None = None
        """What to say where a provider's numbers of different parts stay as they are."""

    @property
    def hears(self) -> bool:
        """Whether voices are told apart here."""
        return self._hears

    @property
    def notices(self) -> tuple[TranslatableText, ...]:
        """What the reader should know, once `told` has been called; none where nothing was asked for."""
        if self.is_complete:
            return tuple(notice for notice in (self._in_parts, self._count) if notice is not None)
        if self._failure is None:
            return (TranslatableText(SPEAKERS_NEED_MODEL),)
        return (TranslatableText(PARTLY_TOLD if self._is_told else NOT_TOLD, {"reason": self._failure}),)

    @property
    def is_complete(self) -> bool:
        """Whether speakers weren't asked for, or are told wherever there are any, once `told` has been called."""
        return not self._is_asked or (self._is_told and self._failure is None)

    @asynccontextmanager
    async def hearing(self, chunk: SpeechChunk) -> AsyncIterator[None]:
        """Hear the chunk beside the work of the block, which ends when both are done."""
        task = asyncio.create_task(self.hear(chunk), name=f"voices-{chunk.index}")
        try:
            yield
            await task
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def hear(self, chunk: SpeechChunk) -> None:
        """Keep what the voices in a chunk of decoded speech are like. Two crashes cost this chunk alone."""
        half_before_s, half_after_s = chunk.overlap_before_s / 2, chunk.overlap_after_s / 2
        self._spans[chunk.index] = (chunk.start_s + half_before_s, chunk.end_s - half_after_s)
        if self._teller is None:
            return
        try:
            self._heard[chunk.index] = await _again_after_crash(partial(self._teller.hear, chunk))
        except NotulaError as error:
            logger.warning("the voices of chunk %d aren't known: %s", chunk.index, error)
            self._failed(error)
            if isinstance(error, ModelError | EngineUnavailable):  # It would be the same with every other chunk.
                self._teller = None

    async def told(
        self,
        segments: Sequence[Segment],
        restored: Callable[[Iterable[Segment]], tuple[Segment, ...]],
        levels: ChannelLevels | None,
    ) -> tuple[Segment, ...]:
        """The segments on the recording's clock, as `restored` gives them, with their speakers.

        By channel where each side of a conversation has one of its own, as `levels` show, unless another number of
        people was given than two; else by voice, numbered over all of the recording. Where a provider has told the
        speakers of all of it in one piece, its speakers stay.
        """
        if not self._is_asked:
            return restored(segments)
        told = await self._told(segments, restored, levels)
        self._compare(told)
        return told

    async def _told(
        self,
        segments: Sequence[Segment],
        restored: Callable[[Iterable[Segment]], tuple[Segment, ...]],
        levels: ChannelLevels | None,
    ) -> tuple[Segment, ...]:
        on_clock = restored(segments)
        by_channel: tuple[Turn, ...] = ()
        if levels is not None and self._people in (None, 2):
            by_channel = await asyncio.to_thread(turns_by_channel, levels, on_clock)
        if by_channel:
            self._is_told, self._failure = True, None
            return await asyncio.to_thread(assigned, on_clock, by_channel)
        return restored(await self._told_by_voice(segments))

    async def _told_by_voice(self, segments: Sequence[Segment]) -> tuple[Segment, ...]:
        is_whole = all(segment.speaker is not None for segment in segments)
        parts = _Parts(self._spans)
        count = len(set(map(parts.of, segments)))
        if not self._hears or (is_whole and count <= 1):
            self._is_told = is_whole
            self._failure = None if is_whole else self._failure
            self._in_parts = TranslatableText(SPEAKERS_IN_PARTS, {"parts": count}) if is_whole and count > 1 else None
            return tuple(segments)
        turns = (await self._decided()).turns
        self._is_told = bool(turns) or self._failure is None
        if not turns:
            return tuple(segments)
        # In a thread: of a day of speech it takes seconds, in which nothing else would go on.
        return await asyncio.to_thread(_named, segments, turns, parts, self._spans.keys() - self._heard.keys())

    async def _decided(self) -> Decision:
        """One decision over all that was heard."""
        if self._teller is None or not self._heard:
            return Decision()
        try:
            heard = list(self._heard.values())
            return await _again_after_crash(partial(self._teller.decide, heard, self._people))
        except NotulaError as error:
            logger.warning("the voices can't be told apart: %s", error)
            self._failed(error)
            return Decision()

    def _failed(self, error: NotulaError) -> None:
        reason = TranslatableText(_STOPPED) if isinstance(error, EngineCrashed) else error.message
        self._failure = self._failure or reason

    def _compare(self, told: Sequence[Segment]) -> None:
        """Note where there are fewer or more speakers than a person has said, as far as speakers are told at all."""
        found = len({segment.speaker for segment in told if segment.speaker is not None})
        if self._people is not None and found and found != self._people:
            sentence = FEWER if found < self._people else MORE
            self._count = TranslatableText(sentence, {"people": self._people, "told": found})


class _Parts:
    """Which part of a recording a segment was said in: the chunk, by its number, in whose span its middle is."""

    def __init__(self, spans: Mapping[int, tuple[float, float]]) -> None:
        self._numbers = sorted(spans, key=lambda index: spans[index])
        self._ends_s = [spans[index][1] for index in self._numbers]
        self._starts_s = [spans[index][0] for index in self._numbers]

    def of(self, segment: Segment) -> int:
        """The number of the chunk, of the nearest one for a segment between two; 0 where nothing was heard."""
        if not self._numbers:
            return 0
        middle_s = (segment.start_s + segment.end_s) / 2
        place = min(bisect_left(self._ends_s, middle_s), len(self._numbers) - 1)
        if place and self._starts_s[place] - middle_s > middle_s - self._ends_s[place - 1]:
            place -= 1
        return self._numbers[place]


def _named(
    segments: Sequence[Segment], turns: Sequence[Turn], parts: _Parts, lost: AbstractSet[int]
) -> tuple[Segment, ...]:
    """The segments with the speakers of these turns; of the parts that are lost nobody knows them."""
    known = [segment for segment in segments if parts.of(segment) not in lost]
    unknown = [replace(segment, speaker=None) for segment in segments if parts.of(segment) in lost]
    named = united(known, turns, parts.of)
    return tuple(numbered(sorted((*named, *unknown), key=lambda segment: segment.start_s)))


async def _again_after_crash(ask: Callable[[], Awaitable[T]]) -> T:
    """The answer, of a new process should the first one crash. Raises what the second attempt does."""
    try:
        return await ask()
    except EngineCrashed:
        logger.warning("the process that tells voices apart has crashed; it is asked again")
        return await ask()
