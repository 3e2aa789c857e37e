"""An encoder that was taken over, or hangs: its chunk fails in a sentence, and nobody waits for ever."""

import asyncio
from typing import Any

import pytest

from core.domain import AudioFormat, SpeechChunk
from core.domain.errors import EncoderCrashed
from core.media import Encoder, Encoding, encoder
from core.system.frames import Frame
from tests.patience import PATIENCE_S

READY = Frame({"kind": "ready"})
CHUNK = SpeechChunk.of_pcm(0, 0.0, bytes(32_000))


class ScriptedChild:
    """The parent's end of a child that says these frames and then nothing; `is_deaf` where it doesn't read either."""

    is_alive = True
    cpu_s = None

    def __init__(self, frames: list[Frame], *, is_deaf: bool = False) -> None:
        self._frames = iter(frames)
        self._is_deaf = is_deaf
        self.was_killed = False

    async def send(self, header: dict[str, Any], body: bytes = b"") -> None:
        if self._is_deaf:
            await asyncio.Event().wait()

    async def receive(self) -> Frame:
        for frame in self._frames:
            return frame
        await asyncio.Event().wait()
        raise AssertionError("never")

    async def kill(self) -> None:
        self.was_killed = True


@pytest.mark.parametrize("is_deaf", [False, True])
@pytest.mark.parametrize(
    "said",
    [
        [],
        [Frame({"kind": "encoded"}, b"OggS")],
        [READY],
        [READY, READY],
        [READY, Frame({"kind": "encoded"})],
        [READY, Frame({"kind": "error"}, b"x")],
    ],
    ids=["nothing", "no ready", "ready", "ready twice", "no file", "another frame"],
)
async def test_a_chunk_fails_in_a_sentence(said: list[Frame], is_deaf: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder, "_START_TIMEOUT_S", 0.05)
    monkeypatch.setattr(encoder, "_MIN_TIMEOUT_S", 0.05)
    monkeypatch.setattr(encoder, "_TIMEOUT_PER_SECOND_OF_SPEECH", 0.0)
    child = ScriptedChild(said, is_deaf=is_deaf)

    async def start() -> ScriptedChild:
        return child

    encoding = Encoder(children=1, start_child=start)  # type: ignore[arg-type]
    async with asyncio.timeout(PATIENCE_S):
        with pytest.raises(EncoderCrashed):
            await encoding.encode(CHUNK, Encoding(AudioFormat.OGG, 24_000))
    assert child.was_killed
    await encoding.close()
