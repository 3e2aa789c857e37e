"""The child's file, which is ranges that the parent sends."""

import io
import random
from collections import deque
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.media.child.job_channel import JobChannel, Stopped
from core.media.child.range_reader import PIECE_BYTES, RangeReader
from core.system.child_process import Frame

DATA = random.Random(1).randbytes(PIECE_BYTES * 20 + 1234)


class FakeParent:
    """Answers reads when it is listened to, oldest first or newest first."""

    def __init__(self, data: bytes = DATA, *, newest_first: bool = False) -> None:
        self.data = data
        self.newest_first = newest_first
        self.frames: deque[Frame] = deque()
        self.reads: list[int] = []
        self.sent: list[Mapping[str, Any]] = []

    def send(self, header: Mapping[str, Any], body: bytes = b"") -> None:
        self.sent.append(header)
        if header["kind"] == "read":
            offset, length = header["offset"], header["length"]
            self.reads.append(offset // PIECE_BYTES)
            self.frames.append(Frame({"kind": "data", "offset": offset}, self.data[offset : offset + length]))

    def receive(self) -> Frame:
        return self.frames.pop() if self.newest_first else self.frames.popleft()


def reader_of(parent: FakeParent) -> tuple[JobChannel, RangeReader]:
    channel = JobChannel(parent)  # type: ignore[arg-type]
    return channel, RangeReader(channel, len(parent.data))


@given(
    steps=st.lists(st.tuples(st.integers(0, len(DATA) + 10), st.integers(0, PIECE_BYTES * 2)), max_size=12),
    newest_first=st.booleans(),
    skipped=st.integers(0, PIECE_BYTES * 2),
)
def test_reads_like_a_file(steps: list[tuple[int, int]], newest_first: bool, skipped: int) -> None:
    _, reader = reader_of(FakeParent(newest_first=newest_first))
    reader.skip(skipped)
    model = io.BytesIO(DATA[skipped:])
    for offset, size in steps:
        assert reader.seek(offset) == model.seek(offset)
        assert reader.read(size) == model.read(size)
        assert reader.read(100) == model.read(100)
        assert reader.tell() == model.tell()
    assert reader.seek(0, io.SEEK_END) == model.seek(0, io.SEEK_END)


def test_another_recording_ends_the_file_and_is_read_next() -> None:
    for at in (1, 100, PIECE_BYTES - 5, PIECE_BYTES, PIECE_BYTES * 3 + 7):
        data = bytes(at) + b"BEGINNING" + bytes(PIECE_BYTES)
        _, reader = reader_of(FakeParent(data))
        reader.end_before(lambda piece, start: at if (at := piece.find(b"BEGINNING", start)) >= 0 else None)
        first = b"".join(iter(lambda reader=reader: reader.read(65_536), b""))  # type: ignore[misc]
        assert first.rstrip(b"BEGIN") == bytes(at)
        assert reader.has_more
        reader.go_on()
        assert reader.read(9) == b"BEGINNING"
        assert not reader.has_more


def test_what_a_file_states_wrongly_is_read_as_it_should_be() -> None:
    _, reader = reader_of(FakeParent())
    reader.skip(10)
    reader.correct([(PIECE_BYTES - 12, b"joint"), (100, b"right")])
    right = bytearray(DATA[10:])
    right[100:105], right[PIECE_BYTES - 12 : PIECE_BYTES - 7] = b"right", b"joint"
    for offset, size in ((0, 300), (98, 4), (102, 50), (PIECE_BYTES - 20, 40), (PIECE_BYTES - 10, 1)):
        reader.seek(offset)
        assert reader.read(size) == right[offset : offset + size]


def test_reading_on_asks_ahead_and_never_twice() -> None:
    parent = FakeParent()
    _, reader = reader_of(parent)
    while reader.read(65_536):
        pass
    assert parent.reads == list(range(21))


def test_jumping_about_asks_for_nothing_ahead() -> None:
    parent = FakeParent()
    _, reader = reader_of(parent)
    for block in (0, 19, 5, 12):
        reader.seek(block * PIECE_BYTES)
        reader.read(10)
    assert parent.reads == [0, 19, 5, 12]


def test_has_no_name_that_could_say_what_it_is() -> None:
    _, reader = reader_of(FakeParent())
    assert not hasattr(reader, "name")


def test_a_place_before_the_beginning_is_refused() -> None:
    _, reader = reader_of(FakeParent())
    with pytest.raises(OSError, match="beginning"):
        reader.seek(-1)


def test_once_stopped_nothing_is_read_any_more() -> None:
    parent = FakeParent()
    channel, reader = reader_of(parent)
    reader.read(10)
    parent.frames.append(Frame({"kind": "stop"}))
    reader.seek(PIECE_BYTES * 3)
    with pytest.raises(Stopped):
        reader.read(10)
    for again in (channel.check, reader.check, lambda: reader.read(10)):
        with pytest.raises(Stopped):
            again()


def test_a_block_waits_for_its_credit() -> None:
    parent = FakeParent()
    channel, _ = reader_of(parent)
    parent.frames.append(Frame({"kind": "credit"}))
    channel.wait_for_credit()
    channel.send_block({"kind": "block"}, b"")
    parent.frames.extend([Frame({"kind": "credit"}), Frame({"kind": "stop"})])
    channel.send_block({"kind": "block"}, b"")
    assert len(parent.sent) == 2
    with pytest.raises(Stopped):
        channel.send_block({"kind": "block"}, b"")
    assert len(parent.sent) == 2


def test_a_plan_is_fetched_ahead_and_nothing_beside_it() -> None:
    parent = FakeParent()
    _, reader = reader_of(parent)
    places = [(number * 300_000, 9_000) for number in range(1, 30)]
    reader.follow(places)
    for position, length in places:
        reader.seek(position)
        assert reader.read(65_536) == DATA[position : position + length]
    reads = [(header["offset"], header["length"]) for header in parent.sent]
    assert reads == places


def test_what_a_plan_forgot_is_read_all_the_same() -> None:
    parent = FakeParent()
    _, reader = reader_of(parent)
    reader.follow([(300_000, 9_000)])
    reader.seek(305_000)
    assert reader.read(65_536) == DATA[305_000:309_000]
    assert reader.read(65_536) == DATA[309_000 : 309_000 + 65_536]


def test_a_plan_counts_from_behind_a_tag() -> None:
    parent = FakeParent()
    _, reader = reader_of(parent)
    reader.skip(1000)
    reader.follow([(300_000, 9_000)])
    reader.seek(300_000)
    assert reader.read(9_000) == DATA[301_000:310_000]
    assert [header["offset"] for header in parent.sent] == [301_000]


def test_a_distant_source_is_asked_for_more_at_once() -> None:
    parent = FakeParent(data=bytes(PIECE_BYTES * 40))
    channel = JobChannel(parent)  # type: ignore[arg-type]
    reader = RangeReader(channel, len(parent.data), ahead_bytes=8 * PIECE_BYTES)
    reader.read(PIECE_BYTES)
    reader.read(PIECE_BYTES)
    assert parent.reads == list(range(10))
