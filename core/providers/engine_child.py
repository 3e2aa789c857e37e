"""The engine process: loads one model and transcribes one chunk at a time, with the parent at the other end of a pipe.

Frames from the parent: `look` (for a graphics card) or not, `load` (folder, threads, on_card), then any number of
`transcribe` (id, language, wishes; the body is PCM), `identify` (id; the body is PCM) and `cancel` (id).

Frames to the parent: `ready` or `unavailable`, `card` (found), `loaded` (device) or `failed`, then for each request any
number of `segment` and in the end one of `done`, `language`, `other-language`, `cancelled` and `failed`.
"""

import ctypes
import logging
import os
import queue
import signal
import sys
import threading
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from core.memory import give_memory_back
from core.process import ChildChannel, Frame

if TYPE_CHECKING:
    from faster_whisper.transcribe import Segment

    from core.providers.whisper import Whisper

logger = logging.getLogger(__name__)

_PR_SET_PDEATHSIG = 1
_NICENESS = 5
"""The window and the decoder go first where processors are short."""


def main(channel: ChildChannel) -> None:
    """Serve the parent until it closes the pipe."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s", stream=sys.stderr)
    logging.getLogger("faster_whisper").setLevel(logging.WARNING)
    _end_with_parent()
    os.environ["HF_HUB_OFFLINE"] = "1"
    # ONNX Runtime, which finds the speech in a recording, reports to Microsoft unless told not to before it is loaded
    # (https://github.com/microsoft/onnxruntime/pull/27379).
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    inbox = _Inbox(channel)
    try:
        from core.providers.whisper import Whisper
        from core.providers.whisper_loading import has_card, load_on_card, load_on_processor
    except (ImportError, OSError) as error:
        channel.send({"kind": "unavailable", "reason": f"{type(error).__name__}: {error}"})
        return
    channel.send({"kind": "ready"})
    load = inbox.next()
    try:
        if load.kind == "look":
            channel.send({"kind": "card", "found": has_card()})
            load = inbox.next()
        folder = load.header["folder"]
        on_card = load.header["on_card"]
        model, device = load_on_card(folder) if on_card else load_on_processor(folder, load.header["threads"])
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
        """Whether the parent no longer wants the answer to this request."""
        return request in self._cancelled

    def _read(self) -> None:
        while (frame := self._channel.receive()) is not None:
            if frame.kind == "cancel":
                self._cancelled.add(frame.header["id"])
            else:
                self._requests.put(frame)
        os._exit(0)


def _answer(whisper: "Whisper", frame: Frame, inbox: _Inbox, channel: ChildChannel) -> None:
    from core.providers.whisper import OtherLanguageHeard

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
    from core.providers.whisper import find_speech

    language = whisper.identify(find_speech(frame.body))
    if language is None:
        return {"kind": "language", "code": None, "probability": 0.0}
    return {"kind": "language", "code": language.code, "probability": language.probability}


def _transcribe(whisper: "Whisper", frame: Frame, inbox: _Inbox, channel: ChildChannel) -> dict[str, Any]:
    from core.providers.whisper import ENGLISH, Wishes, find_speech

    request = frame.header["id"]
    speech = find_speech(frame.body)
    give_memory_back()
    if inbox.is_cancelled(request):
        return {"kind": "cancelled"}
    language = whisper.language_for(frame.header["language"], speech)
    wishes = Wishes(**frame.header["wishes"])
    for segment in whisper.transcribe(speech, language, wishes, stopped=lambda: inbox.is_cancelled(request)):
        channel.send({"kind": "segment", "id": request, **_as_data(segment)})
    return {"kind": "done", "language": ENGLISH if wishes.to_english else language}


def _as_data(segment: "Segment") -> dict[str, Any]:
    words = [[word.start, word.end, word.word, word.probability] for word in segment.words or ()]
    return {"start": segment.start, "end": segment.end, "text": segment.text, "words": words}


def _end_with_parent() -> None:
    """Have Linux kill this process when its parent dies, and give way to others where the system knows how."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if sys.platform != "win32":
        os.nice(_NICENESS)
