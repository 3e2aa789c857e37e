"""AVI, which keeps no time: what is missing of it is silence of its length, and what is damaged is told."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core.media import Decoder
from tests.avi_chunks import interleaved, with_sound
from tests.integration.media.decoded_whole import Decoded, decode_all
from tests.media_samples import BytesSource, Samples, encode
from tests.sound_marks import found_marks, marks

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECONDS = 8
MARKS = [0.5, 2.5, 4.5, 6.5]
CODECS = ["libmp3lame", "pcm_s16le", "ac3"]


def sound() -> Samples:
    made = marks(SECONDS, *MARKS)
    return made + np.random.default_rng(1).normal(0, 300, len(made)).astype(np.int16)


def film(folder: Path, codec: str, video: str | None = "mpeg4") -> bytes:
    return encode(folder / "film", "avi", codec, sound(), video=video)


async def decoded(decoder: Decoder, recording: bytes) -> Decoded:
    return await decode_all(decoder, BytesSource(recording))


@pytest.mark.parametrize("has_index", [True, False], ids=["index", "no index"])
@pytest.mark.parametrize("new", [lambda _: None, lambda _: b""], ids=["left out", "empty"])
@pytest.mark.parametrize("codec", CODECS)
async def test_sound_that_is_missing_beside_pictures_is_silence(
    codec: str, new: Callable[[bytes], bytes | None], has_index: bool, decoder: Decoder, tmp_path: Path
) -> None:
    holed = with_sound(
        film(tmp_path, codec),
        lambda share, content: new(content) if 3.2 < share * SECONDS < 5.6 else content,
        has_index=has_index,
    )
    result = await decoded(decoder, holed)
    assert found_marks(result.samples) == pytest.approx([0.5, 2.5, 6.5], abs=0.12)  # One picture is 0.1 s.
    assert result.duration_s == pytest.approx(SECONDS, abs=0.15)


@pytest.mark.parametrize("codec", CODECS)
async def test_sound_that_starts_late_stays_beside_its_pictures(codec: str, decoder: Decoder, tmp_path: Path) -> None:
    late = with_sound(film(tmp_path, codec), lambda share, content: content if share * SECONDS > 3.2 else None)
    result = await decoded(decoder, late)
    assert found_marks(result.samples) == pytest.approx([4.5, 6.5], abs=0.12)


@pytest.mark.parametrize("pictures", [[5], [10], [28, 7, 12, 25, 9], [80], [4, 40, 3, 20]])
@pytest.mark.parametrize("codec", CODECS)
async def test_sound_in_large_and_uneven_pieces_is_no_hole(
    codec: str, pictures: list[int], decoder: Decoder, tmp_path: Path
) -> None:
    result = await decoded(decoder, interleaved(film(tmp_path, codec), pictures))
    assert found_marks(result.samples) == pytest.approx(MARKS, abs=0.05)
    assert result.report.gaps_s == 0


@pytest.mark.parametrize("has_index", [True, False], ids=["index", "no index"])
async def test_empty_chunks_without_pictures_are_silence(has_index: bool, decoder: Decoder, tmp_path: Path) -> None:
    holed = with_sound(
        film(tmp_path, "libmp3lame", None),
        lambda share, content: b"" if 3.2 < share * SECONDS < 5.6 else content,
        has_index=has_index,
    )
    result = await decoded(decoder, holed)
    assert found_marks(result.samples) == pytest.approx([0.5, 2.5, 6.5], abs=0.08)


@pytest.mark.parametrize("video", ["mpeg4", None])
@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize(("kind", "off_s"), [("zeros", 0.08), ("lost", 0.5)])
async def test_damage_is_told_and_what_is_behind_keeps_its_place(
    kind: str, off_s: float, codec: str, video: str | None, decoder: Decoder, tmp_path: Path
) -> None:
    whole = film(tmp_path, codec, video)
    at, length = len(whole) * 4 // 10, len(whole) // 8
    result = await decoded(decoder, whole[:at] + bytes(length if kind == "zeros" else 0) + whole[at + length :])
    assert result.report.damaged_at_s == pytest.approx(3.2, abs=0.8)
    assert not result.report.truncated
    assert found_marks(result.samples)[-1] == pytest.approx(6.5, abs=off_s)  # What was lost has no index.


@pytest.mark.parametrize("codec", CODECS[:2])
@pytest.mark.parametrize("video", ["mpeg4", None])
async def test_an_index_that_is_wrong_moves_nothing(
    video: str | None, codec: str, decoder: Decoder, tmp_path: Path
) -> None:
    whole = film(tmp_path, codec, video)
    at = whole.rindex(b"idx1") + 8
    noise = np.random.default_rng(3).integers(0, 256, len(whole) - at, dtype=np.uint8).tobytes()
    for wrong in (noise, bytes(len(whole) - at), whole[at + 16 :] + bytes(16)):
        result = await decoded(decoder, whole[:at] + wrong)
        assert found_marks(result.samples) == pytest.approx(MARKS, abs=0.05)
        assert (result.report.damaged_at_s, result.report.truncated) == (None, False)


async def test_a_film_that_breaks_off_is_told(decoder: Decoder, tmp_path: Path) -> None:
    whole = film(tmp_path, "libmp3lame")
    result = await decoded(decoder, whole[: len(whole) // 2 + 31])
    assert (result.report.truncated, result.report.damaged_at_s) == (True, None)
    assert found_marks(result.samples)[:2] == pytest.approx(MARKS[:2], abs=0.05)
