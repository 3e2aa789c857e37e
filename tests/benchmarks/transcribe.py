"""The command line, with the times of words, against bare faster-whisper without on ten minutes of speech."""

import json
import statistics
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.figure import Figure
from tests.benchmarks.processes import environment, run
from tests.benchmarks.recordings import make_recording
from tests.benchmarks.scale import Scale
from tests.conftest import REPOSITORY

MINUTES = 10
PAIRS = 3


def measure(folder: Path, scale: Scale) -> list[Figure]:
    """Whole processes in turn, so that a machine that slows down slows both."""
    seconds, pairs = scale.of(MINUTES * 60, 10), scale.of(PAIRS, 1)
    recording = make_recording(folder / "recording.wav", seconds)
    ours, bare = [], []
    for pair in range(pairs):
        own_folder = folder / str(pair)
        ours.append(run(["-m", "core.cli", "transcribe", str(recording), "--language", "en"], own_folder).seconds)
        bare.append(run(["-m", "tests.benchmarks.bare_faster_whisper", str(recording)], own_folder).seconds)
    ratio = statistics.median(mine / theirs for mine, theirs in zip(ours, bare, strict=True))
    detail = (
        f"{statistics.median(ours):.1f} s against {statistics.median(bare):.1f} s, {pairs} pairs, process start to end"
    )
    return [
        Figure("wall time / bare faster-whisper", ratio, 0.65, "", detail),
        Figure("real-time factor", statistics.median(ours) / seconds, 1.0, "", f"{seconds / 60:.1f} min of speech"),
        _cost_of_words(recording, folder),
    ]


def _cost_of_words(recording: Path, folder: Path) -> Figure:
    measured = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.word_cost", str(recording)],
        cwd=REPOSITORY,
        env=environment(folder),
        capture_output=True,
        check=True,
    )
    cost = json.loads(measured.stdout)
    detail = f"{cost['words_s']:.1f} s beside {cost['text_s']:.1f} s, processor time of one thread"
    return Figure("times of words / all else", cost["words_s"] / cost["text_s"], 0.1, "", detail)
