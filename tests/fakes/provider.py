"""A provider whose words are the chunks' own numbers, for tests of what is around providers."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence

from core.concurrency.retry import RetryPolicy
from core.domain import AudioFormat, NotulaError, Segment, SpeechChunk, TranscriptionOptions, UploadLimits
from core.domain.usage import Usage, UsageKey
from core.pipeline.budget import Budget
from core.providers import Capabilities, ChunkTranscript, LanguageGuess, Provider, Router, Upstream
from core.providers.provider import ignore_upload


class NumberingProvider:
    """Says `chunk 0`, `chunk 1`, ...; a chunk can be held back or made to fail."""

    name = "numbering"

    def __init__(self, parallel: int = 2, longest_chunk_s: float = 60.0, upload: UploadLimits | None = None) -> None:
        self.capabilities = Capabilities(
            parallel, longest_chunk_s, gives_words=False, upload=upload, identifies_language=True
        )
        self.calls: list[tuple[int, str | None]] = []
        self.received: list[tuple[AudioFormat, bytes]] = []
        self.identified: list[int] = []
        self.most_at_once = 0
        self.cancelled: list[int] = []
        self.failures: dict[int, list[NotulaError]] = {}
        self.gates: dict[int, asyncio.Event] = {}
        self.started = asyncio.Condition()
        self.language: str | None = "id"
        self.guesses: Sequence[LanguageGuess | None] = ()
        """What is heard in each chunk; nothing here: `language` in all."""
        self.models: dict[str, str] = {}
        """The model that is used for a language, where that isn't the requested one."""
        self.closed = False
        self._at_once = 0

    async def has_started(self, index: int) -> None:
        async with self.started:
            await self.started.wait_for(lambda: index in [call for call, _ in self.calls])

    async def identify_language(self, chunk: SpeechChunk, options: TranscriptionOptions) -> LanguageGuess | None:
        self.identified.append(chunk.index)
        if self.guesses:
            return self.guesses[chunk.index]
        return LanguageGuess(self.language, 0.9, is_for_all=True) if self.language else None

    async def transcribe(
        self,
        chunk: SpeechChunk,
        options: TranscriptionOptions,
        on_segment: Callable[[Segment], None],
        *,
        on_uploaded: Callable[[float], None] = ignore_upload,
    ) -> ChunkTranscript:
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            async with self.started:
                self.calls.append((chunk.index, options.language))
                self.received.append((chunk.format, chunk.data))
                self.started.notify_all()
            on_uploaded(1.0)
            if chunk.index in self.gates:
                await self.gates[chunk.index].wait()
            if self.failures.get(chunk.index):
                raise self.failures[chunk.index].pop(0)
        except asyncio.CancelledError:
            self.cancelled.append(chunk.index)
            raise
        finally:
            self._at_once -= 1
        segment = Segment(chunk.start_s, chunk.end_s, f"chunk {chunk.index}")
        on_segment(segment)
        return ChunkTranscript((segment,), options.language or "en", self.models.get(options.language or "", ""))

    async def close(self) -> None:
        self.closed = True


def router_of(*providers: Provider) -> Router:
    """A router that asks these in their order, and doesn't wait between attempts."""
    retry = RetryPolicy(first_delay_s=0.0)
    return Router(
        [Upstream(provider.name, provider.name, {"": provider}, model="tiny.en", retry=retry) for provider in providers]
    )


class _NoLedger:
    async def add(self, sums: Mapping[UsageKey, Usage], month: str) -> float:
        return 0.0

    async def cost_usd(self, month: str) -> float:
        return 0.0


def unwritten_spending() -> Budget:
    """For tests in which nobody asks what it cost."""
    return Budget(_NoLedger(), time.time)
