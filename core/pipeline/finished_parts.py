"""Checkpoints of one recording: its finished parts, found again after a cancel, a quit or a crash."""

import asyncio
import hashlib
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Protocol

from core.domain import CacheKey, ContentHash, JobId, SpeechChunk
from core.domain.errors import StoreError
from core.domain.part import Failure, FinishedPart
from core.domain.usage import Usage, UsageKey
from core.media import SplitPlan
from core.pipeline.budget import Budget
from core.providers import Candidate, ChunkTranscript

logger = logging.getLogger(__name__)

VERSION = 4
"""Raised with each change of anything but its sound and its options that a part's text depends on."""

MOST_UNWRITTEN = 4
WRITTEN_WITHIN_S = 60.0
"""How many parts that have cost nothing may be in memory alone, and for how long nothing is written meanwhile.

A crash costs no more than those parts. A commit writes some pages however little is in it: three hours, at a minute a
part, write 9.2 MB to the disk with a commit for each part, and 3.6 MB with one for five (measured)."""


class PartStore(Protocol):
    """Where finished parts are kept until their job is done."""

    async def of_run(self, run: CacheKey) -> tuple[FinishedPart, ...]:
        """The parts that are finished of all jobs with this answer. Raises `StoreError`."""

    async def keep(
        self,
        job_id: JobId,
        run: CacheKey,
        parts: Sequence[FinishedPart],
        usage: Mapping[UsageKey, Usage],
        month: str,
    ) -> float:
        """Write parts so that they survive a crash, and add the usage to the ledger, in one transaction.

        Returns what the whole month costs by now, in US dollars. Raises `StoreError`.
        """


class FinishedParts:
    """The finished parts of one run, for one job. `run` is the same for all requests with the same content and options.

    A part is reused only for the same samples at the same place, and only if its provider is among the candidates with
    the same options. Where the store can't be used, everything is transcribed again.

    Parts are written together with their usage, so that what was paid for is there whenever it is known that it was
    paid for. Those that may cost money are written at once, others several together. `clock` gives seconds.
    """

    def __init__(
        self,
        store: PartStore,
        budget: Budget,
        job_id: JobId,
        run: CacheKey,
        candidates: Sequence[Candidate],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._budget = budget
        self._job_id = job_id
        self._run = run
        self._asked = {candidate.name: asked_of(candidate) for candidate in candidates}
        self._parts: dict[str, FinishedPart] = {}
        self._clock = clock
        self._unwritten: list[FinishedPart] = []
        self._written_at = clock()

    async def load(self) -> None:
        """Read the parts that are there."""
        try:
            found = await self._store.of_run(self._run)
        except StoreError:
            logger.warning("Finished parts can't be read; everything is transcribed again")
            return
        self._parts = {part.key: part for part in found if self._asked.get(part.provider) == part.asked}

    @property
    def plan(self) -> SplitPlan | None:
        """How the recording was split when these parts were made; None where there are none."""
        for part in self._parts.values():
            try:
                target_s, longest_s, short_chunks, short_target_s = part.plan
                return SplitPlan(target_s, longest_s, int(short_chunks), short_target_s)
            except ValueError:
                logger.warning("The split plan of finished parts can't be read")
        return None

    def find(self, key: str) -> FinishedPart | None:
        """The finished part with this key."""
        return self._parts.get(key)

    async def keep(
        self,
        key: str,
        maker: Candidate,
        plan: SplitPlan,
        language: str | None,
        text: ChunkTranscript,
        failures: tuple[Failure, ...],
        *,
        is_free: bool,
    ) -> None:
        """Write down a part that `maker` has transcribed; later, with others, where it `is_free` for sure."""
        part = FinishedPart(
            key=key,
            provider=maker.name,
            model=text.model or maker.options.model,
            asked=asked_of(maker),
            plan=(plan.target_s, plan.longest_s, plan.short_chunks, plan.short_target_s),
            language=language,
            heard=text.language,
            segments=text.segments,
            failures=failures,
            unwritten=text.unwritten,
            other_language=text.other_language,
            noisy=text.noisy,
        )
        self._unwritten.append(part)
        is_due = len(self._unwritten) > MOST_UNWRITTEN or self._clock() - self._written_at >= WRITTEN_WITHIN_S
        if is_due or not is_free:
            await self.flush()

    async def flush(self) -> None:
        """Write down what is only in memory, also where this is cancelled meanwhile. What fails is in the next."""
        await asyncio.shield(self._flush())

    async def _flush(self) -> None:
        parts, self._unwritten = self._unwritten, []
        if not parts:
            self._budget.write_soon()  # Of a call whose text was not waited for.
            return
        try:
            await self._budget.written_with(partial(self._store.keep, self._job_id, self._run, parts))
        except StoreError:
            self._unwritten = parts + self._unwritten
            self._budget.write_soon()
            logger.warning("Finished parts can't be written down; after a crash they are transcribed again")
        else:
            self._written_at = self._clock()


async def key_of(chunk: SpeechChunk) -> str:
    """A hash of the chunk's samples, in decoded speech, and its place. Computed in a thread."""
    place = (VERSION, chunk.index, chunk.start_s, chunk.duration_s, chunk.overlap_before_s, chunk.overlap_after_s)

    def digest() -> str:
        hashed = hashlib.sha256(repr(place).encode())
        hashed.update(chunk.data)
        return hashed.hexdigest()

    return await asyncio.to_thread(digest)


def asked_of(candidate: Candidate) -> str:
    """A key of the options that this candidate is given for a whole recording."""
    return candidate.options.cache_key(ContentHash(""))
