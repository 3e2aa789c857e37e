"""Decoding a whole recording in one step, for tests."""

from dataclasses import dataclass

import numpy as np

from core.media import DecodedBlock, Decoder, DecodeReport, MediaInfo, MediaSource
from tests.media_samples import Samples


@dataclass(frozen=True)
class Decoded:
    info: MediaInfo
    blocks: list[DecodedBlock]
    report: DecodeReport

    @property
    def samples(self) -> Samples:
        return np.frombuffer(b"".join(block.pcm for block in self.blocks), "<i2")

    @property
    def duration_s(self) -> float:
        return len(self.samples) / 16_000


async def decode_all(decoder: Decoder, source: MediaSource) -> Decoded:
    async with decoder.decode(source) as decoding:
        blocks = [block async for block in decoding]
    assert decoding.report is not None
    decoded = Decoded(decoding.info, blocks, decoding.report)
    assert decoded.duration_s == decoded.report.decoded_s
    return decoded


def likeness(one: Samples, other: Samples) -> float:
    """How alike two recordings' loudness goes up and down: 1 for the same, about 0 for different speech.

    A codec's delay of up to 60 ms doesn't count.
    """
    return max(_likeness_at(one, other, shift) for shift in range(-960, 961, 160))


def rms(samples: Samples) -> float:
    return float(np.sqrt(np.mean(np.square(samples.astype(np.float64)))))


def _likeness_at(one: Samples, other: Samples, shift: int) -> float:
    first, second = _envelope(one[max(shift, 0) :]), _envelope(other[max(-shift, 0) :])
    length = min(len(first), len(second))
    return float(np.corrcoef(first[:length], second[:length])[0, 1])


def _envelope(samples: Samples) -> "np.typing.NDArray[np.float64]":
    frames = len(samples) // 1600
    return np.sqrt(np.square(samples[: frames * 1600].astype(np.float64)).reshape(frames, 1600).mean(axis=1))
