"""Films: only their sound is fetched where the container says where it is."""

import contextlib
import io

import numpy as np
import pytest

from core.domain.errors import MediaError
from core.media import Decoder
from tests.films import SparseFile, write_film
from tests.integration.media.decoded_whole import decode_all, likeness
from tests.media_samples import BytesSource, Samples

pytestmark = pytest.mark.asyncio(loop_scope="module")

PICTURE_BYTES = 150_000
PICTURES_PER_S = 10
FIXED_BYTES = 1_200_000
"""The first piece, which is read before anything is known, and the pieces with the index."""


def film(sound: Samples, **how: object) -> tuple[bytes, int]:
    file = io.BytesIO()
    sound_bytes = write_film(SparseFile(file), sound, picture_bytes=PICTURE_BYTES, pictures_per_s=PICTURES_PER_S, **how)
    return file.getvalue(), sound_bytes


async def test_of_a_film_with_an_index_only_the_sound_is_fetched(decoder: Decoder, speech: Samples) -> None:
    data, sound_bytes = film(np.tile(speech, 5))
    source = BytesSource(data)
    decoded = await decode_all(decoder, source)
    assert decoded.duration_s == pytest.approx(40, abs=0.1)
    assert decoded.report.fetched_bytes == sum(length for _, length in source.reads)
    assert decoded.report.fetched_bytes < 1.3 * sound_bytes + FIXED_BYTES < len(data) / 10


@pytest.mark.parametrize(
    ("container", "options"),
    [("mov", {}), ("mp4", {"movflags": "frag_keyframe+empty_moov+default_base_moof"}), ("matroska", {})],
    ids=["mov", "fragmented", "matroska"],
)
async def test_the_sound_is_the_same_however_it_is_packed(
    decoder: Decoder, speech: Samples, container: str, options: dict[str, str]
) -> None:
    plain, _ = film(speech)
    other, _ = film(speech, container=container, options=options)
    expected = await decode_all(decoder, BytesSource(plain))
    decoded = await decode_all(decoder, BytesSource(other))
    assert decoded.duration_s == pytest.approx(expected.duration_s, abs=0.1)
    assert likeness(decoded.samples, expected.samples) > 0.99


async def test_an_index_that_lies_costs_no_more_than_the_recording(decoder: Decoder, speech: Samples) -> None:
    data, _ = film(speech)
    for number in range(40):
        place = len(data) - 40 * (number + 1)
        lying = BytesSource(data[:place] + b"\xff\xff\xff\xff" + data[place + 4 :])
        with contextlib.suppress(MediaError):
            assert (await decode_all(decoder, lying)).duration_s < 60


async def test_a_long_search_for_the_sound_is_no_breach_of_the_protocol(decoder: Decoder, speech: Samples) -> None:
    """The pipe is full all the time then, and whoever waits for room in it must get its turn."""
    data, _ = film(np.tile(speech, 5), options={"movflags": "frag_keyframe+empty_moov+default_base_moof"})
    decoded = await decode_all(decoder, BytesSource(data))
    assert decoded.duration_s == pytest.approx(40, abs=0.1)
