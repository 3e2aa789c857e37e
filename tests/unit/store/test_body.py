"""A transcript as bytes."""

import gc
import json
import threading
import zlib
from dataclasses import replace

import pytest

from core.domain import Segment, Transcript, Word
from core.domain.translatable_text import TranslatableText
from core.store.sqlite.body import Packer, pack, unpack

WORDS = (Word(0.0, 1.0, "schön"), Word(1.0, 2.5, '"今天"', 0.25))
TRANSCRIPT = Transcript(
    (Segment(0.0, 2.5, 'schön "今天"\\', WORDS, "Ann"), Segment(3.0, 4.0, "")),
    "de",
    5.0,
    "on-device",
    "base",
    (TranslatableText("It breaks off at {time}.", {"time": "0:04"}),),
)


@pytest.mark.parametrize("transcript", [TRANSCRIPT, replace(TRANSCRIPT, segments=(), notices=())])
def test_it_is_read_as_it_was_written_and_as_json_is(transcript: Transcript) -> None:
    body = pack(transcript)
    assert unpack(body) == transcript
    assert json.loads(zlib.decompress(body)) == transcript.to_dict()


def test_what_is_edited_is_packed_as_if_it_was_packed_alone() -> None:
    packer = Packer()
    first, second = TRANSCRIPT.segments
    for segments in (
        (first, second),
        (first, replace(second, text="New")),
        (second, first, first),
        (replace(first, speaker=None),),
        (),
    ):
        edited = replace(TRANSCRIPT, segments=segments)
        assert packer.pack(edited) == pack(edited)


@pytest.mark.parametrize("is_enabled", [True, False])
def test_reading_leaves_the_search_for_cycles_as_it_was(*, is_enabled: bool) -> None:
    was_enabled = gc.isenabled()
    (gc.enable if is_enabled else gc.disable)()
    try:
        body = pack(TRANSCRIPT)
        threads = [threading.Thread(target=unpack, args=(body,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with pytest.raises(ValueError, match="not a transcript"):
            unpack(b"something else")
        assert gc.isenabled() is is_enabled
    finally:
        (gc.enable if was_enabled else gc.disable)()
