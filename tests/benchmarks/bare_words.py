"""Bare faster-whisper over several files, for comparing: `python -m tests.benchmarks.bare_words FOLDER FILE… [--vad]`.

Prints a JSON object: for each file its segments and their words as [text, start, end].
"""

import argparse
import json

from faster_whisper import WhisperModel

from tests.benchmarks.bare_faster_whisper import decode


def main() -> None:
    """Transcribe them one after another, with the settings that faster-whisper has by itself."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("files", nargs="+")
    parser.add_argument("--vad", action="store_true")
    chosen = parser.parse_args()
    model = WhisperModel(chosen.folder, device="cpu", compute_type="int8")
    heard = {}
    for file in chosen.files:
        segments, _ = model.transcribe(decode(file), language="en", vad_filter=chosen.vad, word_timestamps=True)
        heard[file] = [
            {
                "text": segment.text,
                "words": [[word.word, float(word.start), float(word.end)] for word in segment.words or ()],
            }
            for segment in segments
        ]
    print(json.dumps(heard))


if __name__ == "__main__":
    main()
