"""Chunks in the form that a provider takes."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from core.domain import AudioFormat, SpeechChunk, UploadLimits
from core.media import Decoder, Encoder, Encoding, MemorySource, SplitPlan, choose_encoding, longest_chunk_s, split
from core.pipeline.upload_speed import UploadSpeed
from core.providers import Capabilities

_WAV = Encoding(AudioFormat.WAV)


class ChunkAdapter:
    """Encodes decoded speech for a provider that takes files, and decodes files for one that takes decoded speech."""

    def __init__(self, decoder: Decoder, encoder: Encoder, upload_speed: UploadSpeed) -> None:
        self._decoder = decoder
        self._encoder = encoder
        self._upload_speed = upload_speed

    def warm_up(self, capabilities: Capabilities) -> None:
        """Start the encoder's process ahead, if such a provider takes files."""
        if capabilities.upload is not None:
            self._encoder.warm_up()

    def plan(self, duration_s: float | None, capabilities: Capabilities, most_parallel: int) -> tuple[int, SplitPlan]:
        """How many chunks of a recording the provider gets at once, and how long they should be."""
        parallel = max(1, min(capabilities.parallel_chunks, most_parallel))
        return parallel, SplitPlan.for_recording(duration_s, parallel, _longest_s(capabilities))

    def fits(self, chunk: SpeechChunk, capabilities: Capabilities) -> bool:
        """Whether the provider takes the chunk as it is."""
        upload = capabilities.upload
        if chunk.duration_s > capabilities.longest_chunk_s:
            return False
        if upload is None:
            return chunk.format is AudioFormat.PCM
        return chunk.format in upload.formats and len(chunk.data) <= upload.largest_bytes

    async def encoded(
        self, chunk: SpeechChunk, capabilities: Capabilities, original_bps: float | None = None
    ) -> SpeechChunk:
        """Decoded speech as a file for the provider; unchanged where it takes decoded speech."""
        upload = capabilities.upload
        if upload is None or chunk.format is not AudioFormat.PCM:
            return chunk
        return await self._encoder.encode(chunk, self._encoding(chunk, upload, original_bps))

    async def pieces(self, chunk: SpeechChunk, capabilities: Capabilities) -> AsyncGenerator[SpeechChunk]:
        """A chunk that doesn't fit, split into several that do: numbered from 0, with times of the recording."""
        if chunk.format is AudioFormat.PCM and chunk.duration_s <= _longest_s(capabilities):
            yield replace(await self.encoded(chunk, capabilities), index=0)
            return
        if chunk.format is AudioFormat.PCM:
            chunk = await self._encoder.encode(chunk, _WAV)
        source = MemorySource(f"part {chunk.index}", chunk.data)
        _, plan = self.plan(chunk.duration_s, capabilities, most_parallel=1)
        async with self._decoder.decode(source) as decoding, aclosing(split(decoding, plan)) as pieces:
            async for piece in pieces:
                shifted = replace(piece, start_s=chunk.start_s + piece.start_s)
                yield await self.encoded(shifted, capabilities)

    def _encoding(self, chunk: SpeechChunk, upload: UploadLimits, original_bps: float | None) -> Encoding:
        return choose_encoding(
            chunk.duration_s, upload, link_bytes_per_s=self._upload_speed.bytes_per_s, original_bps=original_bps
        )


def _longest_s(capabilities: Capabilities) -> float:
    """The longest stretch of speech that the provider takes in one piece."""
    if capabilities.upload is None:
        return capabilities.longest_chunk_s
    return min(capabilities.longest_chunk_s, longest_chunk_s(capabilities.upload))
