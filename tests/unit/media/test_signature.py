"""Telling containers by their first bytes."""

import pytest

from core.domain.media_formats import container_of
from core.media.child.containers.signature import id3_length, riff_is_cut_off
from tests.media_samples import amr_nb, amr_wb, flac_bomb, id3, nested_boxes, opus_bomb, wav_header


@pytest.mark.parametrize(
    ("head", "container"),
    [
        (nested_boxes(1), "mp4"),
        (opus_bomb(0.001), "ogg"),
        (flac_bomb(0.001), "flac"),
        (amr_nb(1), "amr"),
        (amr_wb(1), "amr"),
        (wav_header(100, rate_hz=8000), "wav"),
        (id3(1), "id3"),
        (b"\xff\xfb\x90\x00", "mp3"),
        (b"\xff\xf1\x50\x80", "aac"),
        (b"", None),
        (b"hello", None),
        (b"\xff\xff\xff\xff", None),
        (b"%PDF-1.7", None),
    ],
)
def test_a_container_is_known_by_its_head(head: bytes, container: str | None) -> None:
    assert container_of(head) == container


def test_the_length_of_a_tag_is_read_without_reading_the_tag() -> None:
    tag = id3(1000)
    assert id3_length(tag[:10]) == len(tag)
    assert id3_length(tag[:9]) == 0
    assert id3_length(b"ID3\4\0\x10\0\0\0\1") == 10 + 1 + 10, "a footer counts"
    assert id3_length(b"ID3\4\0\0\x80\0\0\0") == 0, "sizes have seven bits a byte"


def test_a_riff_that_promises_more_is_cut_off() -> None:
    header = wav_header(1000, rate_hz=8000)
    assert riff_is_cut_off(header, 500)
    assert not riff_is_cut_off(header, 1044)
    assert not riff_is_cut_off(wav_header(0xFFFFFFFF, rate_hz=8000), 500), "a writer that didn't know"
    assert not riff_is_cut_off(b"OggS", 4)
