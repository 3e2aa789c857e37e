"""Right words at the right time: Notula beside bare faster-whisper, with the same models on the same recordings.

When a word is spoken is known from the clip alone: bare faster-whisper with the best model that is here says when each
of the clip's known words is heard; a recording made of clips has them at their places.
"""

import asyncio
import itertools
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from core.domain.errors import NotulaError
from core.providers.on_device.models.files import ModelFiles
from core.providers.on_device.models.library import ModelLibrary
from tests.benchmarks.figure import Figure
from tests.benchmarks.processes import environment
from tests.benchmarks.quality_recordings import (
    BRIEF_PAUSES_S,
    LONG_PAUSES_S,
    Change,
    Clip,
    Recording,
    each_alone,
    english_clips,
    hardly_audible,
    in_orders,
    joined,
    noisy,
    unchanged,
)
from tests.benchmarks.scale import Scale
from tests.benchmarks.word_scores import (
    TimedText,
    TimedWord,
    distances,
    plain_words,
    share_in_time,
    standard_error,
    timed_words,
    word_errors,
)
from tests.conftest import REPOSITORY

MODELS = ("tiny.en", "base")
LEAST_SHARE_IN_TIME = 0.98

SHUFFLES = 2
"""In how many other orders the clips are heard: in a row of clips, in one recording, one after another."""

ROWS: Mapping[str, tuple[Sequence[float], Change]] = {
    "as it is": ((), unchanged),
    "pauses of 2 to 40 s": (LONG_PAUSES_S, unchanged),
    "10 dB noise": ((), noisy),
    "at -50 dB": ((), hardly_audible),
}
"""The pauses between the clips where all are in one recording, and what is done to them."""

Heard = Mapping[Path, Sequence[TimedText]]
"""Each recording's words, with the times that it gives them."""


def measure(folder: Path, scale: Scale) -> list[Figure]:
    """A figure for the words and one for their times, for each model and kind of recording."""
    clips = english_clips()[: scale.of(100, 1)]
    models = [model for name in MODELS[: scale.of(len(MODELS), 1)] if (model := _located(name, folder))]
    spoken = _spoken_words(clips, models[-1], folder)
    figures: list[Figure] = []
    for row in list(ROWS)[: scale.of(len(ROWS), 1)]:
        recordings = _recordings(row, in_orders(clips, 1 + scale.of(SHUFFLES, 1)), folder / row)
        for model in models:
            figures += _measure(f"{model.name}, {row}", model, recordings, spoken, folder)
    return figures


def _recordings(row: str, orders: Sequence[Sequence[Clip]], folder: Path) -> list[Recording]:
    """All clips in each of the orders."""
    pauses_s, changed = ROWS[row]
    if pauses_s:
        return [joined(order, folder / f"{place}.wav", pauses_s, changed) for place, order in enumerate(orders)]
    first, *others = orders
    files = (folder / f"joined-{place}.wav" for place in itertools.count(1))
    return [
        *each_alone(first, folder, changed),
        *(joined(order, file, BRIEF_PAUSES_S, changed) for order, file in zip(others, files, strict=False)),
    ]


def _measure(
    name: str,
    model: ModelFiles,
    recordings: Sequence[Recording],
    spoken: Mapping[str, Sequence[TimedWord]],
    folder: Path,
) -> list[Figure]:
    ours, *others = (
        _ours(model, recordings, folder / "own" / name),
        _bare(model, recordings, folder),
        _bare(model, recordings, folder, "--vad"),
    )
    errors, *bare_errors = (_errors(recordings, heard) for heard in (ours, *others))
    best = min(bare_errors, key=Counter.total)
    words = sum(len(plain_words(recording.text)) for recording in recordings)
    shares = [_share_in_time(recordings, heard, spoken) for heard in (ours, *others)]
    uncertain = standard_error([errors[clip] - best[clip] for clip in errors])
    return [
        Figure(
            f"words wrong, {name}",
            errors.total() / words * 100,
            best.total() / words * 100,
            "%",
            "bare faster-whisper {:.2%}, with its VAD {:.2%}; standard error of the difference {:.2%}".format(
                *(one.total() / words for one in bare_errors), uncertain / words
            ),
        ),
        Figure(
            f"words not shown when spoken, {name}",
            (1 - shares[0]) * 100,
            (1 - LEAST_SHARE_IN_TIME) * 100,
            "%",
            "bare faster-whisper with word times {:.2%}, with its VAD {:.2%}".format(
                *(1 - share for share in shares[1:])
            ),
        ),
    ]


def _located(name: str, folder: Path) -> ModelFiles | None:
    """A model that came with Notula; None where it didn't."""
    try:
        return asyncio.run(ModelLibrary(folder / "models").locate(name))
    except NotulaError:
        return None


def _spoken_words(clips: Sequence[Clip], model: ModelFiles, folder: Path) -> dict[str, list[TimedWord]]:
    """When each clip's words are spoken, by its name: those of its exact text that were heard in it."""
    recordings = each_alone(clips, folder / "clips")
    heard = _bare(model, recordings, folder)
    found: dict[str, list[TimedWord]] = {}
    for clip, recording in zip(clips, recordings, strict=True):
        said = set(plain_words(clip.text))
        found[clip.name] = [word for word in timed_words(heard[recording.file]) if word.text in said]
    return found


def _ours(model: ModelFiles, recordings: Sequence[Recording], folder: Path) -> Heard:
    output = folder / "output"
    output.mkdir(parents=True)
    files = [str(recording.file) for recording in recordings]
    arguments = ["transcribe", "--language", "en", "--model", model.name, "-f", "json", "-o", str(output), *files]
    _run(["-m", "core.cli", *arguments], folder)
    heard: dict[Path, list[TimedText]] = {}
    for recording in recordings:
        document = json.loads((output / f"{recording.file.stem}.json").read_text(encoding="utf-8"))
        texts: list[TimedText] = []
        for segment in document["segments"]:
            parts = segment["words"] or [segment]
            texts += [TimedText(part["text"], part["start_s"], part["end_s"]) for part in parts]
        heard[recording.file] = texts
    return heard


def _bare(model: ModelFiles, recordings: Sequence[Recording], folder: Path, *options: str) -> Heard:
    files = [str(recording.file) for recording in recordings]
    answer = _run(["-m", "tests.benchmarks.bare_words", str(model.folder), *files, *options], folder)
    return {
        Path(file): [
            TimedText(text, start_s, end_s) for segment in segments for text, start_s, end_s in segment["words"]
        ]
        for file, segments in json.loads(answer).items()
    }


def _run(arguments: Sequence[str], folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=REPOSITORY,
        env=environment(folder),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{arguments[:4]} ended with {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout


def _errors(recordings: Sequence[Recording], heard: Heard) -> Counter[str]:
    """How many words are wrong, missing or added in each clip, by its name, in all recordings together."""
    found = Counter[str]()
    for recording in recordings:
        texts = [placed.clip.text for placed in recording.clips]
        counts = word_errors(texts, " ".join(text.text for text in heard[recording.file]))
        for placed, count in zip(recording.clips, counts, strict=True):
            found[placed.clip.name] += count
    return found


def _share_in_time(recordings: Sequence[Recording], heard: Heard, spoken: Mapping[str, Sequence[TimedWord]]) -> float:
    found: list[float] = []
    for recording in recordings:
        truth = [
            TimedWord(word.text, placed.start_s + word.start_s, placed.start_s + word.end_s)
            for placed in recording.clips
            for word in spoken[placed.clip.name]
        ]
        found += distances(truth, timed_words(heard[recording.file]))
    return share_in_time(found)
