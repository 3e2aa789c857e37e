"""An engine process in which all but Whisper is real, on a computer whose graphics card behaves as the argument says.

It is there in a quarter of the time. Of each window of half a minute it writes a segment that names its samples, or
says what the variable `SAYS` has, and that they are English. A recording of more than two minutes it goes on reading
until that is cancelled.
"""

import os
import sys
import time
import zlib
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from core.domain.device import GRAPHICS_CARD, PROCESSOR, Device
from core.domain.speech import SAMPLE_RATE_HZ
from core.providers.on_device.child_server import Answer, Libraries, Request, serve
from core.system import sandbox
from core.system.child_entry import ChildChannel
from tests.fakes.graphics_card import FakeCard

WHISPER = "core.providers.on_device.whisper.child"
"""In whose place it may be."""

SAYS = "NOTULA_TEST_ENGINE_SAYS"

_WINDOW_S = 30.0
_WINDOW_BYTES = round(_WINDOW_S * SAMPLE_RATE_HZ) * 2
_ENDLESS_WINDOWS = 4
_POLL_S = 0.005


def load(card: FakeCard, header: Mapping[str, Any]) -> tuple[Device, Callable[[Request], Answer]]:
    if not header["on_card"]:
        return Device(PROCESSOR, "int8_float32", header["threads"]), partial(answer, lambda: None)
    card.load("float16")
    card.compute()
    return Device(GRAPHICS_CARD, "float16"), partial(answer, card.compute)


def answer(compute: Callable[[], None], request: Request) -> Answer:
    if request.frame.kind == "identify":
        return {"kind": "language", "code": "en", "probability": 1.0, "likely": [], "others": []}, b""
    pcm = request.frame.body
    windows = [pcm[start : start + _WINDOW_BYTES] for start in range(0, len(pcm), _WINDOW_BYTES)]
    for number, window in enumerate(windows):
        compute()
        start_s = number * _WINDOW_S
        end_s = start_s + len(window) / 2 / SAMPLE_RATE_HZ
        text = os.environ.get(SAYS, f"A sound {zlib.crc32(window)}.")
        request.send({"kind": "segment", "start": start_s, "end": end_s, "text": text, "words": []})
    while len(windows) > _ENDLESS_WINDOWS:
        request.check()
        time.sleep(_POLL_S)  # A cancel is looked for between two steps of work, as in the real engine.
    return {"kind": "done", "language": "en", "unwritten": [], "other_language": [], "noisy": []}, b""


def main(behaviour: str = "is not there", says: str | None = None) -> None:
    """Serve the parent until it closes the pipe."""
    if says is not None:
        os.environ[SAYS] = says
    card = FakeCard(behaviour)
    sandbox.end_with_parent()
    serve(
        ChildChannel(sys.stdin.buffer, sys.stdout.buffer),
        lambda: Libraries(lambda: card.count() > 0, partial(load, card)),
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
