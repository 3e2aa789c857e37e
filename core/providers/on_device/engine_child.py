"""The engine process: loads one model and transcribes one chunk at a time, with the parent at the other end of a pipe.

It runs native code on untrusted samples and on a model's files, so it is sandboxed: from the start it can't start
programs, use networks, reach other processes or change files; as soon as the model is known, and before anything of it
is read, it can read no files but the model's and the libraries'.

Frames from the parent: `look` (for a graphics card; folder) or not, `load` (folder, threads, on_card), then any number
of `transcribe` (id, language, options; the body is PCM), `identify` (id; the body is PCM) and `cancel` (id).

Frames to the parent: `ready` or `unavailable`, `card` (found), `loaded` (device) or `failed`, then for each request any
number of `segment` and in the end one of `done`, `language`, `other-language`, `cancelled` and `failed`.
"""

import logging
import math
import os
import queue
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.system import sandbox
from core.system.child_process import ChildChannel, Frame
from core.system.memory import give_memory_back

if TYPE_CHECKING:
    from faster_whisper.transcribe import Segment

    from core.providers.on_device.whisper import Whisper

logger = logging.getLogger(__name__)

_NICENESS = 5
"""A lower priority than that of the window and the decoder."""


def main(channel: ChildChannel) -> None:
    """Serve the parent until it closes the pipe."""
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
    layers = sandbox.confine_engine_process()
    try:
        from core.providers.on_device.whisper import Whisper
        from core.providers.on_device.whisper_loading import has_card, load_on_card, load_on_processor
    except (ImportError, OSError) as error:
        channel.send({"kind": "unavailable", "reason": f"{type(error).__name__}: {error}"})
        return
    channel.send({"kind": "ready"})
    request = channel.receive()
    if request is None:
        return
    layers += sandbox.confine_engine_files(Path(request.header["folder"]))
    logger.info("locked in by %s", ", ".join(layers))
    inbox = _Inbox(channel)
    try:
        if request.kind == "look":
            channel.send({"kind": "card", "found": has_card()})
            request = inbox.next()
        folder = request.header["folder"]
        on_card = request.header["on_card"]
        model, device = load_on_card(folder) if on_card else load_on_processor(folder, request.header["threads"])
    except (RuntimeError, ValueError, OSError) as error:
        channel.send({"kind": "failed", "reason": str(error)})
        return
    channel.send({"kind": "loaded", "device": asdict(device)})
    whisper = Whisper(model)
    while True:
        _answer(whisper, inbox.next(), inbox, channel)


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


def _answer(whisper: "Whisper", frame: Frame, inbox: _Inbox, channel: ChildChannel) -> None:
    from core.providers.on_device.whisper import OtherLanguageHeard

    request = frame.header["id"]
    try:
        answer = _identify(whisper, frame) if frame.kind == "identify" else _transcribe(whisper, frame, inbox, channel)
    except OtherLanguageHeard:
        answer = {"kind": "other-language"}
    except (RuntimeError, ValueError, MemoryError) as error:
        logger.exception("request failed")
        answer = {"kind": "failed", "reason": str(error)}
    if inbox.is_cancelled(request):
        answer = {"kind": "cancelled"}
    give_memory_back()
    channel.send({**answer, "id": request})


def _identify(whisper: "Whisper", frame: Frame) -> dict[str, Any]:
    from core.providers.on_device.whisper import find_speech

    language = whisper.identify(find_speech(frame.body))
    if language is None:
        return {"kind": "language", "code": None, "probability": 0.0}
    return {"kind": "language", "code": language.code, "probability": min(max(_finite(language.probability), 0.0), 1.0)}


def _transcribe(whisper: "Whisper", frame: Frame, inbox: _Inbox, channel: ChildChannel) -> dict[str, Any]:
    from core.providers.on_device.whisper import ENGLISH, WhisperOptions, find_speech

    request = frame.header["id"]
    speech = find_speech(frame.body)
    give_memory_back()
    if inbox.is_cancelled(request):
        return {"kind": "cancelled"}
    language = whisper.language_for(frame.header["language"], speech)
    options = WhisperOptions(**frame.header["options"])
    for segment in whisper.transcribe(speech, language, options, stopped=lambda: inbox.is_cancelled(request)):
        channel.send({"kind": "segment", "id": request, **_as_data(segment)})
    return {"kind": "done", "language": ENGLISH if options.to_english else language}


def _as_data(segment: "Segment") -> dict[str, Any]:
    words = [
        [_finite(word.start), _finite(word.end), word.word, _finite(word.probability)] for word in segment.words or ()
    ]
    return {"start": _finite(segment.start), "end": _finite(segment.end), "text": segment.text, "words": words}


def _finite(value: float) -> float:
    """A number that can be written down, where a model has computed with others."""
    return float(value) if math.isfinite(value) else 0.0
