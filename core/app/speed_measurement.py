"""Measures how fast this computer transcribes, so that nobody has to find out with an hour of recordings."""

import time
from collections.abc import Callable
from pathlib import Path

from core.domain import SpeechChunk, TranscriptionOptions
from core.domain.model import MeasuredSpeed
from core.domain.speech import BYTES_PER_SECOND
from core.media import Decoder, FileSource
from core.providers import OnDeviceProvider

MEASURED_S = 30.0
"""Whisper reads stretches of 30 s; one that is shorter takes as long. https://arxiv.org/abs/2212.04356, section 2.2"""

_ENGLISH = "en"


class SpeedMeasurement:
    """Lives on one event loop. Closes neither the provider nor the decoder."""

    def __init__(
        self, provider: OnDeviceProvider, decoder: Decoder, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._provider = provider
        self._decoder = decoder
        self._clock = clock

    async def measure(self, sample: Path, *, is_english: bool) -> MeasuredSpeed:
        """Transcribe the beginning of a sample of English speech by the model that "auto" stands for.

        That is the one for English, or the one for other languages. The sample is at least `MEASURED_S` long. Nothing
        of it is kept. Starting the model doesn't count: that is done once for many recordings. Raises what
        `OnDeviceProvider.transcribe` does, and `SourceError` and `MediaError` where the sample is damaged.
        """
        await self._provider.refresh()
        automatic = self._provider.automatic
        model = automatic.english if is_english else automatic.others
        chunk = await self._decoded(sample)
        await self._provider.warm_up(model)
        begun = self._clock()
        await self._provider.transcribe(chunk, TranscriptionOptions(model=model, language=_ENGLISH), lambda _: None)
        return MeasuredSpeed(model, chunk.duration_s / max(self._clock() - begun, 1e-3))

    async def _decoded(self, sample: Path) -> SpeechChunk:
        source = await FileSource.open(sample)
        try:
            async with self._decoder.decode(source) as decoding:
                pcm = b"".join([block.pcm async for block in decoding])
                return SpeechChunk.of_pcm(0, 0.0, pcm[: int(MEASURED_S * BYTES_PER_SECOND)])
        finally:
            await source.close()
