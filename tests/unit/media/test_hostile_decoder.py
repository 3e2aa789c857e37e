"""A decoder that was taken over says what it likes: that is its file's failure, in a sentence, and never a hang."""

import asyncio
import json
import struct
from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.errors import DecoderCrashed, MediaError, TooCostly
from core.media import DecoderLimits, MemorySource
from core.media.decoding import Decoding
from core.system.child_process import ChildExited
from core.system.frames import Frame, ProtocolError, lengths_of, parse_header
from tests.patience import PATIENCE_S
from tests.property_examples import share_of_examples

INFO = {
    "kind": "info",
    "container": "ogg",
    "codec": "opus",
    "duration_s": 1.0,
    "sample_rate_hz": 48_000,
    "channels": 2,
    "has_video": False,
    "track": 1,
    "tracks": 1,
    "silent_track": 0,
    "noise_track": 0,
}
END = {
    "kind": "end",
    "decoded_s": 1.0,
    "packets": 50,
    "bad_packets": 0,
    "truncated": False,
    "altered": False,
    "gaps_s": 0.0,
    "damaged_at_s": None,
    "is_joined": False,
    "has_left_out": False,
    "has_other_speed": False,
    "has_cuts": False,
}
BLOCK = ({"kind": "block", "samples": 320, "gap_frames": 0}, bytes(641))
READ = {"kind": "read", "offset": 0, "length": 100}
STOPPED = {"kind": "stopped"}

QUICK = DecoderLimits(stall_s=0.05, cpu_s=0.01, cpu_s_per_gib=0, cpu_s_per_hour=0)

Said = dict[str, Any] | bytes | tuple[dict[str, Any], bytes]


class ScriptedChild:
    """The parent's end of a child that says these frames, whatever it is sent, and then nothing, or goes."""

    pid = 7
    cpu_s: float | None = None

    def __init__(self, frames: Iterable[Said], *, ends: bool = False, reads_what_it_is_sent: bool = True) -> None:
        self._frames = iter(frames)
        self._ends = ends
        self._reads = reads_what_it_is_sent
        self.sent: list[str] = []

    def allow_cpu(self, until_s: float) -> None:
        """The system would."""

    async def send(self, header: dict[str, Any], body: bytes = b"") -> None:
        self.sent.append(header["kind"])
        if not self._reads and header["kind"] == "data":
            await asyncio.Event().wait()  # The pipe is full.

    def post(self, header: dict[str, Any]) -> None:
        self.sent.append(header["kind"])

    async def receive(self, most_body_bytes: int) -> Frame:
        await asyncio.sleep(0)
        try:
            said = next(self._frames)
        except StopIteration:
            if self._ends:
                raise ChildExited(-9) from None
            await asyncio.Event().wait()
            raise AssertionError("never") from None
        header, body = said if isinstance(said, tuple) else (said, b"")
        data = header if isinstance(header, bytes) else json.dumps(header).encode()
        lengths_of(struct.pack(">II", min(len(data), 2**32 - 1), len(body)), most_body_bytes)
        return Frame(parse_header(data), body)


async def decode(child: ScriptedChild, limits: DecoderLimits = QUICK, size: int = 1000) -> Decoding:
    """All of what the child says, as the pipeline asks for it."""
    decoding = Decoding(child, MemorySource("talk.mp3", bytes(size)), limits)  # type: ignore[arg-type]
    async with asyncio.timeout(PATIENCE_S):
        run = asyncio.create_task(decoding.run())
        try:
            await decoding.opened()
            async for _ in decoding:
                pass
        finally:
            await decoding.stop(run)
    return decoding


async def test_what_is_as_agreed_is_believed() -> None:
    decoding = await decode(ScriptedChild([READ, INFO, BLOCK, END]))
    assert decoding.child_is_free
    assert decoding.report is not None
    assert decoding.report.packets == 50
    assert decoding.info.duration_s == 1.0


def changed(header: dict[str, Any], **values: object) -> dict[str, Any]:
    return {**header, **values}


HOSTILE: dict[str, Sequence[Said]] = {
    "a read at infinity": [b'{"kind":"read","offset":1e999,"length":5}'],
    "a read of infinity": [b'{"kind":"read","offset":0,"length":1e999}'],
    "a read of NaN": [b'{"kind":"read","offset":NaN,"length":5}'],
    "a read before the beginning": [changed(READ, offset=-1)],
    "a read behind the end": [changed(READ, offset=1000)],
    "a read of everything": [changed(READ, length=2**40)],
    "a read of text": [changed(READ, offset="0")],
    "a read of truth": [changed(READ, length=True)],
    "a rate of infinity": [b'{"kind":"info","container":"x","codec":"y","duration_s":1,"sample_rate_hz":1e999}'],
    "a rate of 10^400": [changed(INFO, sample_rate_hz=10**400)],
    "a duration of 1e308": [changed(INFO, duration_s=1e308)],
    "a duration of text": [changed(INFO, duration_s="long")],
    "a codec of half a letter": [changed(INFO, codec="\ud800")],
    "a container that steers a terminal": [changed(INFO, container="\x1b[2J")],
    "a codec of a megabyte": [changed(INFO, codec="x" * 1_000_000)],
    "no codec": [{"kind": "info"}],
    "two infos": [INFO, INFO],
    "a block before the info": [BLOCK],
    "a block of infinity": [INFO, b'{"kind":"block","samples":1e999}'],
    "a block of truth": [INFO, ({"kind": "block", "samples": True}, bytes(3))],
    "a block shorter than it says": [INFO, (BLOCK[0], bytes(640))],
    "a gap of truth": [INFO, (changed(BLOCK[0], gap_frames=True), BLOCK[1])],
    "a gap of infinity": [INFO, b'{"kind":"block","samples":320,"gap_frames":1e999}'],
    "a gap before the beginning": [INFO, (changed(BLOCK[0], gap_frames=-1), BLOCK[1])],
    "an end before the info": [END],
    "an end without sound": [INFO, END],
    "an end at infinity": [
        INFO,
        BLOCK,
        b'{"kind":"end","decoded_s":1e999,"packets":1,"bad_packets":0,"truncated":false,"altered":false}',
    ],
    "an end at NaN": [
        INFO,
        BLOCK,
        b'{"kind":"end","decoded_s":NaN,"packets":1,"bad_packets":0,"truncated":false,"altered":false}',
    ],
    "an end at 1e308": [INFO, BLOCK, changed(END, decoded_s=1e308)],
    "packets of infinity": [
        INFO,
        BLOCK,
        b'{"kind":"end","decoded_s":1,"packets":1e999,"bad_packets":0,"truncated":false,"altered":false}',
    ],
    "cut off or not": [INFO, BLOCK, changed(END, truncated=1)],
    "altered or not": [INFO, BLOCK, changed(END, altered=0)],
    "stopped without being asked": [STOPPED],
    "stopped after the info": [INFO, STOPPED],
    "stopped after a block": [INFO, BLOCK, STOPPED],
    "an error that nobody knows": [{"kind": "error", "error": "SystemExit"}],
    "an error that is a list": [{"kind": "error", "error": []}],
    "no kind": [{"hello": 1}],
    "an unknown kind": [{"kind": "ready"}],
    "no object": [b"[1]"],
    "nothing": [b""],
    "depth": [b"[" * 200_000],
    "a header of megabytes": [b" " * 9_000_000],
    "a body of megabytes": [INFO, (BLOCK[0], bytes(30_000_000))],
}


@pytest.mark.parametrize("said", HOSTILE.values(), ids=HOSTILE.keys())
async def test_what_is_not_as_agreed_is_the_childs_fault(said: Sequence[Said]) -> None:
    child = ScriptedChild(said)
    with pytest.raises(DecoderCrashed, match=r"talk\.mp3"):
        await decode(child)


async def test_who_breaks_the_rules_is_not_used_again() -> None:
    decoding = Decoding(ScriptedChild([INFO, INFO]), MemorySource("talk.mp3", b"x"), QUICK)  # type: ignore[arg-type]
    await decoding.run()
    assert not decoding.child_is_free


@pytest.mark.parametrize(
    "said",
    [[], [READ], [READ] * 60, [INFO], [READ, INFO, READ], [INFO, BLOCK], [INFO, BLOCK, READ]],
    ids=lambda said: " ".join(frame["kind"] if isinstance(frame, dict) else "block" for frame in said) or "nothing",
)
@pytest.mark.parametrize("reads_what_it_is_sent", [True, False])
async def test_silence_has_an_end_in_every_state(said: list[Said], reads_what_it_is_sent: bool) -> None:
    with pytest.raises(TooCostly):
        await decode(ScriptedChild(said, reads_what_it_is_sent=reads_what_it_is_sent))


async def test_reading_without_end_has_an_end() -> None:
    def for_ever() -> Iterable[Said]:
        while True:
            yield READ

    limits = DecoderLimits()
    with pytest.raises((TooCostly, DecoderCrashed)):
        await decode(ScriptedChild(for_ever()), limits)


async def test_using_the_processor_without_end_has_an_end() -> None:
    child = ScriptedChild([READ, INFO, BLOCK, END])
    used = iter(range(0, 1000, 100))
    type(child).cpu_s = property(lambda _: float(next(used)))  # type: ignore[assignment, misc]
    try:
        with pytest.raises(TooCostly):
            await decode(child)
    finally:
        ScriptedChild.cpu_s = None


async def test_who_is_asked_to_stop_and_goes_on_talking_is_left() -> None:
    def for_ever() -> Iterable[Said]:
        yield INFO
        while True:
            yield READ

    decoding = Decoding(ScriptedChild(for_ever()), MemorySource("talk.mp3", bytes(1000)), DecoderLimits())  # type: ignore[arg-type]
    run = asyncio.create_task(decoding.run())
    await decoding.opened()
    async with asyncio.timeout(PATIENCE_S):
        await decoding.stop(run)
    assert not decoding.child_is_free


frame_values = (
    st.none()
    | st.booleans()
    | st.integers(-5, 2000)
    | st.integers(min_value=2**63)
    | st.floats()
    | st.text(max_size=3)
    | st.lists(st.integers(), max_size=2)
)
frames = st.sampled_from([INFO, BLOCK, END, READ, STOPPED, {"kind": "error", "error": "NoAudio"}, {"kind": "ready"}])


@st.composite
def hostile_frames(draw: st.DrawFn) -> Said:
    """One that is right but for some of its values, as often as not."""
    said = draw(frames)
    header, body = said if isinstance(said, tuple) else (said, b"")
    names = draw(st.lists(st.sampled_from(sorted(header)), max_size=2)) if draw(st.booleans()) else []
    return {**header, **{name: draw(frame_values) for name in names}}, body + draw(st.sampled_from([b"", b"", b"x"]))


@settings(max_examples=share_of_examples(1.5))
@given(st.lists(hostile_frames(), max_size=6), st.booleans())
def test_whatever_a_child_says_is_sound_or_a_sentence_about_the_file(said: list[Said], ends: bool) -> None:
    async def listen() -> None:
        try:
            decoding = await decode(ScriptedChild(said, ends=ends))
        except (MediaError, DecoderCrashed):
            return
        assert decoding.report is not None
        assert 0 <= decoding.report.decoded_s < 1e6

    asyncio.run(listen())


def test_a_frame_of_this_test_is_read_as_one_from_a_pipe_is() -> None:
    with pytest.raises(ProtocolError):
        asyncio.run(ScriptedChild([b"{"]).receive(10))
