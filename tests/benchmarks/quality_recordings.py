"""Recordings with known words at known places: real speech as it is, far apart, in noise and hardly audible."""

import json
import wave
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.bare_faster_whisper import decode
from tests.benchmarks.recordings import RATE_HZ, SPEECH
from tests.conftest import SAMPLES

Sound = NDArray[np.float32]

Change = Callable[[Sound], Sound]
"""What is done to all samples of a recording."""

LONG_PAUSES_S = (2.0, 4.0, 12.0, 7.0, 40.0, 3.0, 20.0, 2.5)
"""Between the clips of the recording with pauses, again and again."""

BRIEF_PAUSES_S = (0.5, 1.2, 0.3, 0.8)
"""Between those of a recording in which they follow each other, as people do who take turns."""

NOISE_DB = 10.0
QUIET_DB = -50.0

_SEED = 3

_BUNDLED = {
    "beckett.wav": "Ever tried. Ever failed. No matter. Try again. Fail again. Fail better.",
}


@dataclass(frozen=True, slots=True)
class Clip:
    """Somebody speaks: samples between -1 and 1, and what is said."""

    name: str
    samples: Sound
    text: str

    @property
    def duration_s(self) -> float:
        """Its length."""
        return len(self.samples) / RATE_HZ


@dataclass(frozen=True, slots=True)
class Placed:
    """A clip and where it begins in a recording, in seconds."""

    clip: Clip
    start_s: float


@dataclass(frozen=True, slots=True)
class Recording:
    """A WAV file and the clips in it."""

    file: Path
    clips: tuple[Placed, ...]

    @property
    def text(self) -> str:
        """All that is said in it."""
        return " ".join(placed.clip.text for placed in self.clips)


def english_clips() -> list[Clip]:
    """The clips whose exact text is known: all of the test data, or the bundled one."""
    if not SPEECH.is_dir():
        return [Clip(name, decode(str(SAMPLES / name)), text) for name, text in _BUNDLED.items()]
    known = json.loads((SPEECH.parent / "manifest.json").read_text(encoding="utf-8"))
    return [
        Clip(Path(entry["file"]).name, decode(str(SPEECH.parent / entry["file"])), entry["text"])
        for entry in known
        if entry["file"].startswith("en/")
    ]


def in_orders(clips: Sequence[Clip], orders: int) -> list[list[Clip]]:
    """The clips as they come, then shuffled, the same way each time.

    Which words a model gets wrong depends on what else is in its window.
    """
    random = np.random.default_rng(_SEED)
    return [list(clips), *([clips[index] for index in random.permutation(len(clips))] for _ in range(orders - 1))]


def unchanged(samples: Sound) -> Sound:
    """As they are."""
    return samples


def noisy(samples: Sound) -> Sound:
    """White noise under all of it."""
    power = float(np.mean(samples**2)) / 10 ** (NOISE_DB / 10)
    noise = np.random.default_rng(7).normal(0.0, np.sqrt(power), len(samples))
    return (samples + noise).astype(np.float32)


def hardly_audible(samples: Sound) -> Sound:
    """The loudest sample at -50 dB of what is possible."""
    return samples * np.float32(10 ** (QUIET_DB / 20) / np.abs(samples).max())


def each_alone(clips: Sequence[Clip], folder: Path, changed: Change = unchanged) -> list[Recording]:
    """A recording each."""
    return [
        Recording(_written(folder / f"{Path(clip.name).stem}.wav", changed(clip.samples)), (Placed(clip, 0.0),))
        for clip in clips
    ]


def joined(clips: Sequence[Clip], file: Path, pauses_s: Sequence[float], changed: Change = unchanged) -> Recording:
    """All in one recording, each behind a pause: the first one behind the first."""
    pieces: list[Sound] = []
    placed: list[Placed] = []
    at = 0
    for clip, pause_s in zip(clips, cycle(pauses_s), strict=False):
        silence = np.zeros(int(pause_s * RATE_HZ), np.float32)
        at += len(silence)
        placed.append(Placed(clip, at / RATE_HZ))
        at += len(clip.samples)
        pieces += [silence, clip.samples]
    return Recording(_written(file, changed(np.concatenate(pieces))), tuple(placed))


def _written(file: Path, samples: Sound) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    pcm = np.clip(np.round(samples * 32767), -32768, 32767).astype("<i2")
    with wave.open(str(file), "wb") as recording:
        recording.setparams((1, 2, RATE_HZ, 0, "NONE", ""))
        recording.writeframes(pcm.tobytes())
    return file
