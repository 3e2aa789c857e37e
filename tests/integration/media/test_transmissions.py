"""MPEG transport streams: packets that are lost whole, and clocks that wrap round or begin anew."""

from collections.abc import Callable
from pathlib import Path

import pytest

from core.media import Decoder
from tests.integration.media.decoded_whole import Decoded, decode_all
from tests.media_samples import BytesSource, encode
from tests.sound_marks import found_marks, marks
from tests.transport_packets import on_another_clock, packets_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

SOUND = marks(6, 0.5, 2, 5)
HZ = 90_000
LENGTHS = [188, 192]


def packets(folder: Path, length: int, codec: str = "mp2", video: str | None = None) -> list[bytes]:
    options = {"mpegts_m2ts_mode": "1" if length == 192 else "0"}
    return packets_of(encode(folder / "made", "mpegts", codec, SOUND, video=video, options=options), length)


async def decoded(decoder: Decoder, recording: bytes) -> Decoded:
    return await decode_all(decoder, BytesSource(recording))


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize(("codec", "video"), [("aac", None), ("mp2", None), ("ac3", None), ("mp2", "mpeg2video")])
async def test_packets_that_are_lost_whole_are_told_and_are_silence(
    codec: str, video: str | None, length: int, decoder: Decoder, tmp_path: Path
) -> None:
    made = packets(tmp_path, length, codec, video)
    lost = slice(len(made) * 28 // 60, len(made) * 45 // 60)
    result = await decoded(decoder, b"".join(made[: lost.start] + made[lost.stop :]))
    assert result.report.damaged_at_s == pytest.approx(2.8, abs=0.6)
    assert found_marks(result.samples) == pytest.approx([0.5, 2, 5], abs=0.05)


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize(
    ("time_of", "is_told", "found"),
    [
        (lambda share, time: time + 2**33 - 4 * HZ, False, [0.5, 2, 5]),
        (lambda share, time: time - 2 * HZ * (share > 0.5), False, [0.5, 2, 5]),
        (lambda share, time: time + 9999 * HZ * (share > 0.5), False, [0.5, 2, 5]),
        (lambda share, time: time + 30 * HZ * (share > 0.5), False, [0.5, 2, 35]),
        (lambda share, time: time + 30 * HZ * (share > 0.5), True, [0.5, 2, 5]),
    ],
    ids=["wraps round", "back", "far ahead", "a dead line", "anew, and told"],
)
async def test_the_clock_may_begin_anew(
    time_of: Callable[[float, int], int],
    is_told: bool,
    found: list[float],
    length: int,
    decoder: Decoder,
    tmp_path: Path,
) -> None:
    moved = on_another_clock(packets(tmp_path, length), time_of, is_told=is_told)
    result = await decoded(decoder, moved)
    assert found_marks(result.samples) == pytest.approx(found, abs=0.06)
    assert (result.report.damaged_at_s, result.report.truncated) == (None, False)
