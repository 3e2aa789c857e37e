"""A transcript as bytes."""

import gc
import json
import threading
import zlib
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
        assert json.loads(zlib.decompress(packer.pack(edited))) == edited.to_dict()


def numbered(count: int) -> tuple[Segment, ...]:
    return tuple(Segment(float(n), n + 0.9, f"line {n}", (Word(float(n), n + 0.5, "line"),)) for n in range(count))


@given(
    count=st.integers(0, 700),
    edits=st.lists(st.tuples(st.integers(0, 800), st.integers(0, 800), st.integers(0, 3)), max_size=12),
)
def test_any_edits_are_packed_whole(count: int, edits: list[tuple[int, int, int]]) -> None:
    packer, segments = Packer(), numbered(count)
    for begin, end, added in edits:
        new = tuple(replace(one, text=f"{one.text} edited") for one in numbered(added))
        segments = segments[:begin] + new + segments[max(begin, end) :]
        edited = replace(TRANSCRIPT, segments=segments)
        body = packer.pack(edited)
        assert unpack(body) == edited
        assert len(body) < len(zlib.compress(json.dumps(edited.to_dict()).encode())) * 1.2 + 100 * (2 + len(edits))


def test_one_edited_segment_has_few_encoded(monkeypatch: pytest.MonkeyPatch) -> None:
    packer, segments = Packer(), numbered(5000)
    packer.pack(replace(TRANSCRIPT, segments=segments))
    encoded: list[Segment] = []
    to_dict = Segment.to_dict

    def counted(segment: Segment) -> dict[str, Any]:
        encoded.append(segment)
        return to_dict(segment)

    monkeypatch.setattr(Segment, "to_dict", counted)
    for place in (0, 2500, 2501, 4990):
        encoded.clear()
        changed = replace(segments[place], text="changed")
        segments = (*segments[:place], changed, *segments[place + 2 :])
        packer.pack(replace(TRANSCRIPT, segments=segments))
        assert changed in encoded
        assert len(encoded) <= 400


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
