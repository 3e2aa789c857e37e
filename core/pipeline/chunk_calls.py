"""The calls to a provider for the text of one chunk: in as many pieces as it needs, each counted for the bill."""

from collections.abc import Awaitable, Callable
from contextlib import aclosing
from functools import partial

from core.domain import Requester, Segment, SpeechChunk
from core.pipeline.parallel_chunks import in_parallel
from core.pipeline.run_request import RunTools
from core.providers import Candidate, ChunkTranscript, Provider
from core.stitch import Stitcher


class ChunkCalls:
    """Calls on behalf of one requester. All methods raise `ProviderError` and its children."""

    def __init__(self, tools: RunTools, requester: Requester) -> None:
        self._adapter = tools.adapter
        self._upload_speed = tools.upload_speed
        self._budget = tools.budget
        self._requester = requester

    async def transcribe(
        self,
        candidate: Candidate,
        chunk: SpeechChunk,
        begin: Callable[[], None],
        found: Callable[[Segment], None],
        on_uploaded: Callable[[float], None],
        *,
        is_part: bool,
    ) -> ChunkTranscript:
        """The chunk's text by this provider. `begin` is called before each attempt, `found` with each segment.

        With `is_part` the text is written down as soon as it is there, and what it has cost with it.
        """
        if self._adapter.fits(chunk, candidate.capabilities):
            return await self._ask(candidate, chunk, begin, found, on_uploaded, is_part=is_part)
        begin()
        stitcher = Stitcher(found)
        made: list[ChunkTranscript] = []

        async def work(piece: SpeechChunk) -> None:
            transcribed = await self._ask(
                candidate, piece, partial(stitcher.begin, piece), partial(stitcher.add, piece)
            )
            stitcher.finish(piece, transcribed.segments)
            made.append(transcribed)

        async with aclosing(self._adapter.pieces(chunk, candidate.capabilities)) as pieces:
            await in_parallel(pieces, candidate.capabilities.parallel_chunks, work)
        language = next(filter(None, (one.language for one in made)), "")
        unwritten = tuple(span for one in made for span in one.unwritten)
        other_language = tuple(span for one in made for span in one.other_language)
        noisy = tuple(span for one in made for span in one.noisy)
        model = next((one.model for one in made), "")
        return ChunkTranscript(stitcher.segments, language, model, unwritten, other_language, noisy)

    async def _ask(
        self,
        candidate: Candidate,
        chunk: SpeechChunk,
        begin: Callable[[], None],
        found: Callable[[Segment], None],
        on_uploaded: Callable[[float], None] | None = None,
        *,
        is_part: bool = False,
    ) -> ChunkTranscript:
        """The text of what the provider takes in one call."""

        def attempt(provider: Provider) -> Awaitable[ChunkTranscript]:
            begin()
            measured = self._upload_speed.watch(len(chunk.data))

            def uploaded(fraction: float) -> None:
                measured(fraction)
                if on_uploaded is not None:
                    on_uploaded(fraction)

            return provider.transcribe(chunk, candidate.options, found, on_uploaded=uploaded)

        billed_s = max(chunk.duration_s, candidate.capabilities.least_billed_s)
        cost_usd = billed_s / 60 * candidate.price_per_minute
        with self._budget.reserved(cost_usd):
            transcribed = await candidate.ask(attempt)
        model = transcribed.model or candidate.options.model
        self._budget.record(candidate.name, model, self._requester, billed_s, cost_usd, is_written_later=is_part)
        return transcribed
