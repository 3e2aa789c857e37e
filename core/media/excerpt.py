"""A part of a recording alone, with the times that it has in the recording."""

from collections.abc import AsyncGenerator, AsyncIterator

from core.media.decoded import LOUDNESS_FRAME_S, LOUDNESS_FRAME_SAMPLES, DecodedBlock

_FRAME_BYTES = 2 * LOUDNESS_FRAME_SAMPLES


async def excerpt(
    blocks: AsyncIterator[DecodedBlock], from_s: float, until_s: float | None
) -> AsyncGenerator[DecodedBlock]:
    """The blocks from `from_s` to `until_s`, seconds of the recording to the nearest 20 ms; None is its end.

    What comes before is a gap, so that the sound keeps its time. What comes after isn't asked for.
    """
    first = round(from_s / LOUDNESS_FRAME_S)
    last = None if until_s is None else round(until_s / LOUDNESS_FRAME_S)
    at = 0
    async for block in blocks:
        frames = len(block.loudness)
        begin = min(max(first - at, 0), frames)
        end = frames if last is None else min(max(last - at, 0), frames)
        at += frames
        if begin:
            yield DecodedBlock.of_gap(begin)
        if begin < end:
            yield DecodedBlock(
                block.pcm[begin * _FRAME_BYTES : end * _FRAME_BYTES], block.loudness[begin:end], block.is_gap
            )
        if last is not None and at >= last:
            return
