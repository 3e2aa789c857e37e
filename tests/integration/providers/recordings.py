"""Speech for tests of the engine, as the decoder hands it over: mono, 16 kHz, 16-bit."""

import json
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import av
import jiwer
import numpy as np
import pytest
from numpy.typing import NDArray

from core.domain import SpeechChunk, Transcript
from core.domain.speech import SAMPLE_RATE_HZ
from tests.conftest import REPOSITORY, SAMPLES
from tests.patience import PATIENCE_S

TESTDATA = REPOSITORY.parent / "shared" / "testdata"
"""Recordings that may not be part of the repository."""

Samples = NDArray[np.float32]


@cache
def load(path: Path) -> Samples:
    """The recording at `path`, or a skipped test where it isn't there. Sample values are -1 to 1."""
    if not path.is_file():
        pytest.skip(f"no recording at {path}")
    resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE_HZ)
    with av.open(str(path)) as container:
        frames = [*container.decode(audio=0), None]
        blocks = [part.to_ndarray().reshape(-1) for frame in frames for part in resampler.resample(frame)]
    samples: Samples = np.concatenate(blocks).astype(np.float32) / np.float32(32768)
    return samples


def two_cities() -> Samples:
    """44 s of English."""
    return load(SAMPLES / "two_cities.wav")


def beckett() -> Samples:
    """10 s of English."""
    return load(SAMPLES / "beckett.wav")


def indonesian() -> Samples:
    """3.7 s of real Indonesian."""
    return load(TESTDATA / "other" / "bookbot-id.wav")


def manifest() -> dict[str, str]:
    """The exact words of each English recording in the shared test data, by file name; empty where it isn't there."""
    file = TESTDATA / "manifest.json"
    if not file.is_file():
        return {}
    entries: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
    return {entry["file"]: entry["text"] for entry in entries if entry["file"].startswith("en/")}


def synthetic(language: str, text: str, folder: Path) -> Samples:
    """The text spoken by espeak-ng, or a skipped test where that isn't installed."""
    program = shutil.which("espeak-ng")
    if program is None:
        pytest.skip("espeak-ng is not installed")
    file = folder / f"{language}.wav"
    subprocess.run([program, "-v", language, "-w", str(file), text], check=True, timeout=PATIENCE_S)
    return load(file)


def chunk(samples: Samples, start_s: float = 0.0, index: int = 0) -> SpeechChunk:
    """The samples as a chunk of a recording."""
    pcm = np.rint(np.clip(samples, -1.0, 1.0) * 32767).astype("<i2").tobytes()
    return SpeechChunk.of_pcm(index, start_s, pcm)


def at_usual_level(samples: Samples) -> Samples:
    """The samples with their loudest at half of what is possible; some test recordings are hardly audible."""
    return samples * np.float32(0.5 / np.abs(samples).max())


def noisy(samples: Samples, snr_db: float) -> Samples:
    """The samples with white noise at this signal-to-noise ratio."""
    power = float(np.mean(samples**2)) / 10 ** (snr_db / 10)
    noise = np.random.default_rng(7).normal(0.0, np.sqrt(power), len(samples))
    return (samples + noise).astype(np.float32)


def as_on_the_phone(samples: Samples) -> Samples:
    """Only what a telephone lets through."""
    spectrum = np.fft.rfft(samples)
    frequencies = np.fft.rfftfreq(len(samples), 1 / SAMPLE_RATE_HZ)
    spectrum[(frequencies < 300) | (frequencies > 3400)] = 0
    return np.fft.irfft(spectrum, len(samples)).astype(np.float32)


def word_error_rate(expected: str, heard: str) -> float:
    """Wrong, missing and added words over expected words, without case and punctuation."""
    plain = jiwer.Compose(
        [
            jiwer.ToLowerCase(),
            jiwer.SubstituteRegexes({r"[^\w\s']": " "}),
            jiwer.RemoveMultipleSpaces(),
            jiwer.Strip(),
            jiwer.ReduceToListOfListOfWords(),
        ]
    )
    return float(jiwer.wer(expected, heard, reference_transform=plain, hypothesis_transform=plain))


def text_of(segments: Any) -> str:
    """The segments' text in one line."""
    return Transcript(tuple(segments), "en", 0.0, "", "").text
