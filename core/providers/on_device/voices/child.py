"""The voices process: loads the two models and answers one request at a time, sandboxed as the engine is.

Its requests are `hear` (id; the body is PCM) and `decide` (id, regions, windows, people, joined, smallest, same; the
body is as `wire.py` says). They are answered by `heard` (regions, windows, dimension, narrow, with a body as `wire.py`
says) and `decided` (speakers, dimension and turns, which is the number of each one's speaker; the body has the turns'
times, then a print for each speaker); the rest is as `child_server.py` says. A graphics card is never used.
"""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.domain.device import PROCESSOR, Device
from core.providers.on_device.child_server import Answer, Libraries, Request, serve
from core.providers.on_device.voices.wire import SPAN_BYTES, spans_as_bytes
from core.system.child_entry import ChildChannel
from core.system.frames import Frame

if TYPE_CHECKING:
    from core.providers.on_device.voices.networks import Networks

_PRECISION = "float32"


def main(channel: ChildChannel) -> None:
    """Serve the parent until it closes the pipe."""
    serve(channel, _import_libraries)


def _import_libraries() -> Libraries:
    from core.providers.on_device.voices import deciding, hearing, networks

    assert deciding is not None  # Imported ahead, while files may be read.
    assert hearing is not None

    def load(header: Mapping[str, Any]) -> tuple[Device, Callable[[Request], Answer]]:
        models = networks.Networks(Path(header["folder"]), header["threads"])
        return Device(PROCESSOR, _PRECISION, header["threads"]), partial(_answer, models)

    return Libraries(lambda: False, load)


def _answer(models: "Networks", request: Request) -> Answer:
    frame = request.frame
    return _hear(models, frame, request.check) if frame.kind == "hear" else _decide(models, frame)


def _hear(models: "Networks", frame: Frame, between: Callable[[], None]) -> Answer:
    from core.providers.on_device.voices.hearing import hear

    heard = hear(frame.body, models, between)
    counts = {"regions": len(heard.regions), "windows": len(heard.windows), "dimension": models.dimension}
    body = spans_as_bytes(heard.regions) + spans_as_bytes(heard.windows) + heard.prints.tobytes()
    return {"kind": "heard", **counts, "narrow": heard.is_narrow}, body


def _decide(models: "Networks", frame: Frame) -> Answer:
    import numpy as np

    from core.providers.on_device.models.voice_models import VoiceThresholds
    from core.providers.on_device.voices.deciding import decide

    header = frame.header
    spans = (header["regions"] + header["windows"]) * SPAN_BYTES
    times = np.frombuffer(frame.body[:spans], np.float64).reshape(-1, 2)
    prints = np.frombuffer(frame.body[spans:], np.float32).reshape(header["windows"], models.dimension)
    told = decide(
        times[: header["regions"]],
        times[header["regions"] :],
        prints,
        VoiceThresholds(header["joined"], header["joined"], header["smallest"], header["same"]),
        header["people"],
    )
    counts = {"speakers": len(told.voices), "dimension": models.dimension}
    turns = [speaker for _, _, speaker in told.turns]
    body = spans_as_bytes((start, end) for start, end, _ in told.turns) + told.voices.tobytes()
    return {"kind": "decided", **counts, "turns": turns}, body
