"""An engine that was taken over, or is broken, says what it likes: that is its crash, and never a hang."""

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.errors import EngineCrashed, EngineUnavailable
from core.providers.on_device.engines import engine as engine_module
from core.providers.on_device.engines.engine import Engine, crash_of
from core.providers.on_device.models.files import ModelFiles
from core.system.child_process import ChildExited
from core.system.frames import Frame, parse_header
from tests.patience import PATIENCE_S

READY = {"kind": "ready"}
DEVICE = {"name": "CPU", "compute_type": "int8", "threads": 1}
LOADED = {"kind": "loaded", "device": DEVICE}
SEGMENT = {"kind": "segment", "id": 1, "start": 0.0, "end": 1.0, "text": "Hi", "words": [[0, 1, "Hi", 0.5]]}
DONE = {"kind": "done", "id": 1, "language": "en", "unwritten": [], "other_language": [], "noisy": []}
LANGUAGE = {"kind": "language", "id": 1, "code": "en", "probability": 1.0}
MODEL = ModelFiles("tiny.en", Path("/models/tiny.en"), english_only=True, translates=False, memory_bytes=1)

Said = dict[str, Any] | bytes


class ScriptedChild:
    """The parent's end of a child that says these frames, whatever it is sent, and then nothing, or goes."""

    pid = 7
    is_alive = True

    def __init__(self, frames: Iterable[Said], *, ends: bool = False) -> None:
        self._frames = iter(frames)
        self._ends = ends
        self.was_killed = False

    async def send(self, header: dict[str, Any], body: bytes = b"") -> None:
        """It takes everything."""

    async def receive(self) -> Frame:
        await asyncio.sleep(0)
        try:
            said = next(self._frames)
        except StopIteration:
            if self._ends:
                raise ChildExited(-11) from None
            await asyncio.Event().wait()
            raise AssertionError("never") from None
        return Frame(parse_header(said) if isinstance(said, bytes) else said)

    async def kill(self) -> None:
        self.was_killed = True


async def ask(child: ScriptedChild, timeout_s: float = 0.05) -> Frame:
    """A request from the start on, as the pool and the provider make it."""

    async def start() -> ScriptedChild:
        return child

    async with asyncio.timeout(PATIENCE_S):
        engine = await Engine.start(start)  # type: ignore[arg-type]
        try:
            await engine.load(MODEL, 1)
            return await engine.ask({"kind": "transcribe"}, b"", lambda _: None, timeout_s)
        finally:
            await engine.stop()


async def test_what_is_as_agreed_is_believed() -> None:
    assert (await ask(ScriptedChild([READY, LOADED, SEGMENT, DONE]))).header["language"] == "en"


def changed(header: dict[str, Any], **values: object) -> dict[str, Any]:
    return {**header, **values}


HOSTILE: list[list[Said]] = [
    [b"[" * 200_000],
    [READY, {"kind": "loaded"}],
    [READY, changed(LOADED, device=[])],
    [READY, changed(LOADED, device=changed(DEVICE, threads=1e999))],
    [READY, changed(LOADED, device=changed(DEVICE, threads=True))],
    [READY, changed(LOADED, device=changed(DEVICE, name="TPU"))],
    [READY, changed(LOADED, device=changed(DEVICE, compute_type="\x1b[2J"))],
    [READY, LOADED, changed(SEGMENT, id=2)],
    [READY, LOADED, changed(SEGMENT, start="0")],
    [READY, LOADED, b'{"kind":"segment","id":1,"start":1e999,"end":1,"text":"","words":[]}'],
    [READY, LOADED, changed(SEGMENT, text="\ud800")],
    [READY, LOADED, changed(SEGMENT, text="x" * 100_000)],
    [READY, LOADED, changed(SEGMENT, words=None)],
    [READY, LOADED, changed(SEGMENT, words=[[0, 1, "Hi"]])],
    [READY, LOADED, changed(SEGMENT, words=[[0, True, "Hi", 0.5]])],
    [READY, LOADED, changed(SEGMENT, words=[[0, 1, 5, 0.5]])],
    [READY, LOADED, changed(DONE, id=True)],
    [READY, LOADED, changed(DONE, language=None)],
    [READY, LOADED, changed(DONE, other_language=[[0.0]])],
    [READY, LOADED, changed(DONE, other_language=[[0.0, 1e308]])],
    [READY, LOADED, changed(DONE, noisy=[[0.0]])],
    [READY, LOADED, changed(LANGUAGE, probability=1e308)],
    [READY, LOADED, changed(LANGUAGE, code=["en"])],
    [READY, LOADED, READY],
    [READY, LOADED, LANGUAGE],
    [READY, LOADED, {"kind": "cancelled", "id": 1}],
    [READY, LOADED, {"kind": "segment"}],
]


@pytest.mark.parametrize("said", HOSTILE)
async def test_what_is_not_as_agreed_is_a_crash(said: list[Said]) -> None:
    child = ScriptedChild(said)
    with pytest.raises((EngineCrashed, EngineUnavailable)):
        await ask(child)
    assert child.was_killed


async def test_silence_has_an_end_in_every_state(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "_START_TIMEOUT_S", 0.05)
    for said in ([], [READY], [READY, LOADED], [READY, LOADED, SEGMENT]):
        child = ScriptedChild(said)
        with pytest.raises((EngineCrashed, EngineUnavailable)):
            await ask(child)
        assert child.was_killed


async def test_segments_without_end_have_an_end() -> None:
    def for_ever() -> Iterable[Said]:
        yield from (READY, LOADED)
        while True:
            yield SEGMENT

    with pytest.raises(EngineCrashed) as crash:
        await ask(ScriptedChild(for_ever()), timeout_s=0.5)
    assert crash_of(crash.value)


async def test_what_nobody_has_asked_for_takes_no_memory() -> None:
    told = 0

    def for_ever() -> Iterable[Said]:
        nonlocal told
        yield READY
        while True:
            told += 1
            yield SEGMENT

    async def start() -> ScriptedChild:
        return ScriptedChild(for_ever())

    engine = await Engine.start(start)  # type: ignore[arg-type]
    for _ in range(2_000):
        await asyncio.sleep(0)
    await engine.stop()
    assert told < 100


@pytest.mark.parametrize("reason", ["\x1b]0;x\x07", "\u202etxt", "\ud800", "x" * 100_000, 5, None, ["x"]])
async def test_a_reason_is_a_printable_line(reason: object) -> None:
    with pytest.raises(EngineUnavailable) as error:
        await ask(ScriptedChild([{"kind": "unavailable", "reason": reason}]))
    assert str(error.value).isprintable()
    assert len(str(error.value)) < 1_000


values = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3) | st.lists(st.integers())


@st.composite
def hostile_frames(draw: st.DrawFn) -> Said:
    header = draw(st.sampled_from([SEGMENT, DONE, LANGUAGE, LOADED, READY, {"kind": "failed", "id": 1}]))
    names = draw(st.lists(st.sampled_from(sorted(header)), max_size=2))
    return {**header, **{name: draw(values) for name in names if name != "kind"}}


@given(st.lists(hostile_frames(), max_size=5), st.integers(0, 2), st.booleans())
def test_whatever_an_engine_says_is_text_or_its_crash(said: list[Said], begun: int, ends: bool) -> None:
    async def listen() -> None:
        try:
            answer = await ask(ScriptedChild([*[READY, LOADED][:begun], *said], ends=ends))
        except (EngineCrashed, EngineUnavailable):
            return
        assert answer.kind in ("done", "other-language", "failed")

    original, engine_module._START_TIMEOUT_S = engine_module._START_TIMEOUT_S, 0.05
    try:
        asyncio.run(listen())
    finally:
        engine_module._START_TIMEOUT_S = original
