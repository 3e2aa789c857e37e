"""What the child processes of this folder have in common: how they are locked in, load a model and answer requests.

Frames from the parent: `look` (for a graphics card; folder) or not, `load` (folder, threads and what else the child
wants), then any number of the child's own requests (id) and of `cancel` (id).

Frames to the parent: `ready` or `unavailable`, `card` (found), `loaded` (device) or `failed`, then in the end of each
request the child's own answer, `cancelled` or `failed`.
"""

import logging
import os
import queue
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from core.domain.device import Device
from core.system import sandbox
from core.system.child_entry import ChildChannel
from core.system.frames import Frame
from core.system.memory import give_memory_back

logger = logging.getLogger(__name__)

Answer = tuple[Mapping[str, Any], bytes]
"""The header and the body of the last frame of an answer."""

_NICENESS = 5
"""A lower priority than that of the window and the decoder."""


class Cancelled(Exception):
    """The parent doesn't need the answer any more."""


@dataclass(frozen=True, slots=True)
class Request:
    """What the parent asks. `send` sends frames ahead of the answer."""

    frame: Frame
    is_cancelled: Callable[[], bool]
    send: Callable[[Mapping[str, Any]], None]

    def check(self) -> None:
        """Raises `Cancelled`."""
        if self.is_cancelled():
            raise Cancelled


@dataclass(frozen=True, slots=True)
class Libraries:
    """What a child does once its libraries are imported.

    `load` gets the header of `load` and returns what the model computes with and what answers requests. It and
    `has_card` may raise anything; an answer may raise `Cancelled`, RuntimeError, ValueError and MemoryError.
    """

    has_card: Callable[[], bool]
    load: Callable[[Mapping[str, Any]], tuple[Device, Callable[[Request], Answer]]]


def serve(channel: ChildChannel, import_libraries: Callable[[], Libraries]) -> None:
    """Serve the parent until it closes the pipe. `import_libraries` may raise ImportError and OSError.

    The process is locked in before anything of the libraries is imported, and before anything of a model is read.
    """
    _prepare_process()
    layers = sandbox.confine_engine_process()
    try:
        libraries = import_libraries()
    except (ImportError, OSError) as error:
        channel.send({"kind": "unavailable", "reason": f"{type(error).__name__}: {error}"})
        return
    channel.send({"kind": "ready"})
    frame = channel.receive()
    if frame is None:
        return
    layers += sandbox.confine_engine_files(Path(frame.header["folder"]))
    logger.info("locked in by %s", ", ".join(layers))
    inbox = _Inbox(channel)
    try:
        if frame.kind == "look":
            channel.send({"kind": "card", "found": libraries.has_card()})
            frame = inbox.next()
        device, answer = libraries.load(frame.header)
    except Exception as error:
        # The tokenizers' library raises nothing narrower, and other wrong files raise what Python does.
        logger.exception("loading failed")
        channel.send({"kind": "failed", "reason": str(error)})
        return
    channel.send({"kind": "loaded", "device": asdict(device)})
    while True:
        _reply(answer, inbox.next(), inbox, channel)


def _reply(answer: Callable[[Request], Answer], frame: Frame, inbox: "_Inbox", channel: ChildChannel) -> None:
    number = frame.header["id"]
    request = Request(frame, lambda: inbox.is_cancelled(number), lambda header: channel.send({**header, "id": number}))
    body = b""
    try:
        header, body = answer(request)
        request.check()
    except Cancelled:
        header, body = {"kind": "cancelled"}, b""
    except (RuntimeError, ValueError, MemoryError) as error:
        logger.exception("request failed")
        header = {"kind": "cancelled"} if request.is_cancelled() else {"kind": "failed", "reason": str(error)}
    give_memory_back()
    channel.send({**header, "id": number}, body)


def _prepare_process() -> None:
    """Set up logging, priority and the libraries' environment. Comes before any of these libraries is imported."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s", stream=sys.stderr)
    logging.getLogger("faster_whisper").setLevel(logging.WARNING)
    if sys.platform != "win32":
        os.nice(_NICENESS)
    os.environ["HF_HUB_OFFLINE"] = "1"
    # ONNX Runtime, which finds the speech in a recording, reports to Microsoft unless told not to before it is loaded
    # (https://github.com/microsoft/onnxruntime/pull/27379).
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    # NumPy's threads would start at once, and be outside the second half of the sandbox.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"


class _Inbox:
    """Reads frames in a thread of its own, so that a cancel is seen while the model works.

    Ends the process when the parent is gone, whatever native code is doing.
    """

    def __init__(self, channel: ChildChannel) -> None:
        self._channel = channel
        self._requests: queue.SimpleQueue[Frame] = queue.SimpleQueue()
        self._cancelled: set[int] = set()
        threading.Thread(target=self._read, name="inbox", daemon=True).start()

    def next(self) -> Frame:
        """The next request."""
        return self._requests.get()

    def is_cancelled(self, request: int) -> bool:
        """Whether the parent has cancelled this request."""
        return request in self._cancelled

    def _read(self) -> None:
        while (frame := self._channel.receive()) is not None:
            if frame.kind == "cancel":
                self._cancelled.add(frame.header["id"])
            else:
                self._requests.put(frame)
        os._exit(0)
