"""Checkpoints of one recording: its finished parts, found again after a cancel, a quit or a crash."""

import asyncio
import hashlib
import logging
from collections.abc import Sequence
from typing import Protocol

from core.domain import CacheKey, ContentHash, JobId, SpeechChunk
from core.domain.errors import StoreError
from core.domain.part import Failure, FinishedPart
from core.media import SplitPlan
from core.providers import Candidate, ChunkTranscript

logger = logging.getLogger(__name__)

VERSION = 1
"""Raised with each change of anything but its sound and its options that a part's text depends on."""


class PartStore(Protocol):
    """Where finished parts are kept until their job is done."""

    async def of_run(self, run: CacheKey) -> tuple[FinishedPart, ...]:
        """The parts that are finished of all jobs with this answer. Raises `StoreError`."""

    async def keep(self, job_id: JobId, run: CacheKey, part: FinishedPart) -> None:
        """Write a part so that it survives a crash. Raises `StoreError`."""


class FinishedParts:
    """The finished parts of one run, for one job. `run` is the same for all requests with the same content and options.

    A part is reused only for the same samples at the same place, and only if its provider is among the candidates with
    the same options. Where the store can't be used, everything is transcribed again.
    """

    def __init__(self, store: PartStore, job_id: JobId, run: CacheKey, candidates: Sequence[Candidate]) -> None:
        self._store = store
        self._job_id = job_id
        self._run = run
        self._asked = {candidate.name: asked_of(candidate) for candidate in candidates}
        self._parts: dict[str, FinishedPart] = {}

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
    ) -> None:
        """Write down a part that `maker` has transcribed."""
        part = FinishedPart(
            key=key,
            provider=maker.name,
            model=maker.options.model,
            asked=asked_of(maker),
            plan=(plan.target_s, plan.longest_s, plan.short_chunks, plan.short_target_s),
            language=language,
            heard=text.language,
            segments=text.segments,
            failures=failures,
        )
        try:
            await self._store.keep(self._job_id, self._run, part)
        except StoreError:
            logger.warning("A finished part can't be written down; after a crash it is transcribed again")


class NoParts:
    """Keeps nothing."""

    async def of_run(self, run: CacheKey) -> tuple[FinishedPart, ...]:
        """None."""
        return ()

    async def keep(self, job_id: JobId, run: CacheKey, part: FinishedPart) -> None:
        """Forget it."""


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
