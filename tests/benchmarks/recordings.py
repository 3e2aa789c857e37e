"""Long recordings for measuring, made of the bundled speech and, where it is there, of more voices."""

import wave
from pathlib import Path

import av
import numpy as np

from tests.conftest import REPOSITORY, SAMPLES
from tests.media_samples import Samples, read_speech

SPEECH = REPOSITORY.parent / "shared" / "testdata" / "en"
RATE_HZ = 16_000
PAUSE = bytes(RATE_HZ)  # Half a second of silence between two clips.


def speech_clips() -> list[bytes]:
    """Clips of real speech as 16 kHz mono PCM."""
    files = sorted(SPEECH.iterdir()) if SPEECH.is_dir() else sorted(SAMPLES.glob("*.wav"))
    return [_decoded(file) for file in files]


def make_recording(file: Path, seconds: float) -> Path:
    """A WAV of this length that goes through the clips again and again."""
    clips = speech_clips()
    remaining = int(seconds * RATE_HZ) * 2
    with wave.open(str(file), "wb") as recording:
        recording.setparams((1, 2, RATE_HZ, 0, "NONE", ""))
        while remaining > 0:
            for clip in clips:
                piece = (clip + PAUSE)[:remaining]
                recording.writeframesraw(piece)
                remaining -= len(piece)
    return file


def speech_samples(seconds: int, rate_hz: int) -> Samples:
    """Mono samples of the bundled speech, again and again."""
    speech = read_speech(SAMPLES / "two_cities.wav", rate_hz)
    return np.resize(speech, seconds * rate_hz)


def _decoded(file: Path) -> bytes:
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE_HZ)
    pcm = b""
    with av.open(str(file)) as container:
        for frame in container.decode(audio=0):
            pcm += b"".join(bytes(part.planes[0])[: part.samples * 2] for part in resampler.resample(frame))
    return pcm
