"""The engine process: loads one model and transcribes one chunk at a time, with the parent at the other end of a pipe.

It runs native code on untrusted samples and on a model's files, so it is sandboxed: from the start it can't start
programs, use networks, reach other processes or change files; as soon as the model is known, and before anything of it
is read, it can read no files but the model's and the libraries'.

Its requests are `transcribe` (id, language, known, options; the body is PCM) and `identify` (id, thorough; the body is
PCM). They are answered by any number of `segment` and in the end one of `done`, `language` and `other-language`. With
`known`, the languages that were heard in the chunk, another one is written where it is spoken; where it is null, the
language is fixed. `done` tells in `unwritten` where somebody speaks whose words could not be made out, and in
`other_language` where another language seems to be spoken than the one that is written, `noisy` where it is too noisy
to tell that from words that are wrong. The rest is as `child_server.py` says. `load` has `on_card`, too.
"""

import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from core.domain.device import Device
from core.providers.on_device.child_server import Answer, Libraries, Request, serve
from core.system.child_entry import ChildChannel
from core.system.memory import give_memory_back

if TYPE_CHECKING:
    from core.domain import Segment
    from core.providers.on_device.whisper.transcriber import Whisper


def main(channel: ChildChannel) -> None:
    """Serve the parent until it closes the pipe."""
    serve(channel, _import_libraries)


def _import_libraries() -> Libraries:
    from core.providers.on_device.whisper.loading import has_card, load_on_card, load_on_processor
    from core.providers.on_device.whisper.transcriber import Whisper

    def load(header: Mapping[str, Any]) -> tuple[Device, Callable[[Request], Answer]]:
        folder = header["folder"]
        model, device = load_on_card(folder) if header["on_card"] else load_on_processor(folder, header["threads"])
        return device, partial(_answer, Whisper(model))

    return Libraries(has_card, load)


def _answer(whisper: "Whisper", request: Request) -> Answer:
    from core.providers.on_device.whisper.transcriber import OtherLanguageHeard

    try:
        header = _identify(whisper, request) if request.frame.kind == "identify" else _transcribe(whisper, request)
    except OtherLanguageHeard:
        header = {"kind": "other-language"}
    return header, b""


def _identify(whisper: "Whisper", request: Request) -> dict[str, Any]:
    from core.providers.on_device.whisper.speech_detection import find_speech

    language = whisper.identify(find_speech(request.frame.body), is_thorough=request.frame.header["thorough"])
    if language is None:
        return {"kind": "language", "code": None, "probability": 0.0, "likely": [], "others": []}
    likely = [[code, _share(probability)] for code, probability in language.likely]
    return {
        "kind": "language",
        "code": language.code,
        "probability": _share(language.probability),
        "likely": likely,
        "others": list(language.others),
    }


def _transcribe(whisper: "Whisper", request: Request) -> dict[str, Any]:
    from core.providers.on_device.whisper.noise import apart_from_noisy
    from core.providers.on_device.whisper.speech_detection import find_speech
    from core.providers.on_device.whisper.transcriber import ENGLISH, WhisperOptions

    speech = find_speech(request.frame.body)
    give_memory_back()
    request.check()
    asked, known = request.frame.header["language"], request.frame.header["known"]
    language = whisper.language_for(asked, speech)
    watch = whisper.watch(speech, language, known or (), is_fixed=known is None and language == asked)
    options = WhisperOptions(**request.frame.header["options"])
    unwritten: list[tuple[float, float]] = []
    for segment in whisper.transcribe(speech, watch, options, request.is_cancelled, unwritten):
        request.send({"kind": "segment", **_as_data(segment)})
    other_language, noisy = apart_from_noisy(speech, watch.doubts)
    return {
        "kind": "done",
        "language": ENGLISH if options.to_english else watch.main,
        "unwritten": [[_finite(start_s), _finite(end_s)] for start_s, end_s in unwritten],
        "other_language": [list(map(_finite, speech.clock.in_chunk(*span))) for span in other_language],
        "noisy": [list(map(_finite, speech.clock.in_chunk(*span))) for span in noisy],
    }


def _as_data(segment: "Segment") -> dict[str, Any]:
    words = [
        [_finite(word.start_s), _finite(word.end_s), word.text, _finite(word.probability)] for word in segment.words
    ]
    return {"start": _finite(segment.start_s), "end": _finite(segment.end_s), "text": segment.text, "words": words}


def _share(probability: float) -> float:
    return min(max(_finite(probability), 0.0), 1.0)


def _finite(value: float) -> float:
    """A number that can be written down, where a model has computed with others."""
    return float(value) if math.isfinite(value) else 0.0
