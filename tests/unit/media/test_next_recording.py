"""The beginning of another recording is found wherever it stands in a piece of a file."""

import numpy as np
import pytest

from core.media.child.containers.next_recording import finder_of_next

NOISE = np.random.default_rng(7).integers(0, 256, 5000, dtype=np.uint8).tobytes()
MP3 = b"\xff\xfb\x90\x64" + bytes(32) + b"Info\0\0\0"
MP3_MONO = b"\xff\xfb\x90\xc4" + bytes(17) + b"Xing\0\0\0"
TAG = b"ID3\4\0\0\0\0\0\x10TT2"
BEGINNINGS = [
    b"RIFF\x24\0\0\0WAVEfmt ",
    b"RIFF\x24\0\0\0AVI LIST",
    b"OggS\0\2" + bytes(8),
    b"fLaC\0\0\0\x22" + bytes(34) + b"\x84",
    b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm",
    b"FLV\1\5\0\0\0\x09\0\0\0\0",
    b"\0\0\0\x20ftypisom",
    b"FORM\0\1\0\0AIFFCOMM\0",
    b"#!AMR\n",
    b"TTA1\1\0\2\0\x10\0",
    b"\2dss\0\0\0\0",
    b"Creative Voice File\x1a",
    TAG,
    MP3,
    MP3_MONO,
]


@pytest.mark.parametrize("beginning", BEGINNINGS, ids=lambda each: repr(each[:8]))
@pytest.mark.parametrize("at", [0, 1, 2, 1000, 1001, len(NOISE)])
def test_it_is_found_at_any_place(beginning: bytes, at: int) -> None:
    data = NOISE[:at] + beginning + (NOISE[at:] if at % 2 else b"")
    find = finder_of_next(None)
    assert find(data, 0) == at
    assert find(data, at) == at
    assert find(data, at + 1) is None
    assert find(data[: at + len(beginning) - 1], 0) is None


@pytest.mark.parametrize(("first", "second"), [(MP3, TAG), (TAG, MP3), (MP3, MP3_MONO), (MP3_MONO, TAG)])
@pytest.mark.parametrize("between", [0, 1, 2, 5000])
def test_of_several_the_first_is_found(first: bytes, second: bytes, between: int) -> None:
    assert finder_of_next(None)(NOISE[:999] + first + NOISE[:between] + second, 0) == 999


def test_a_part_of_a_beginning_is_none() -> None:
    parts = b"WAVE ID3 Info\0\0\0 fLaC OggS wvpk ftyp FORM TTA1 .snd\0\0\0 caff #!AMR"
    assert finder_of_next(None)(parts, 0) is None


@pytest.mark.parametrize(
    ("container", "inside"), [("ogg", b"OggS\0\2" + bytes(8)), ("mp3", TAG), ("mxf", BEGINNINGS[0])]
)
def test_what_stands_inside_a_container_is_no_other_recording(container: str, inside: bytes) -> None:
    assert finder_of_next(container)(NOISE[:100] + inside, 0) is None
    assert finder_of_next(container)(NOISE[:100] + inside + b"#!AMR\n", 0) == 100 + len(inside)
