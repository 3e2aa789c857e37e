"""Talks with known turns: those of the shared test data, and more that are cut together from its clips."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.domain.speech import SAMPLE_RATE_HZ
from tests.benchmarks.diarization_error import Spoken, read_rttm
from tests.conftest import REPOSITORY
from tests.media_samples import read_speech

TESTDATA = REPOSITORY.parent / "shared" / "testdata"

Samples = NDArray[np.float64]

_PEOPLE = {
    "Linda": ("LJ001-00*.flac",),
    "Austen": ("austen-*.wav",),
    "Kennedy": ("jfk.flac",),
    "198": ("libri-198-*.ogg",),
    "2412": ("libri-2412-*.flac",),
    "Dickens": ("two_cities.wav",),
}

_FRAME_S = 0.03
_QUIET = 0.02
"""Of the loudness of speech: what is below that for a while isn't speech."""

_LONGEST_INNER_PAUSE_S = 0.3
_LONGEST_TURN_S = 12.0


@dataclass(frozen=True, slots=True)
class Talk:
    """A recording with who speaks when. `pcm` is 16-bit mono at 16 kHz."""

    name: str
    pcm: bytes
    turns: tuple[Spoken, ...]

    @property
    def people(self) -> int:
        """How many speak."""
        return len({turn.speaker for turn in self.turns})

    @property
    def duration_s(self) -> float:
        """How long it plays."""
        return len(self.pcm) / 2 / SAMPLE_RATE_HZ


def talks() -> list[Talk]:
    """Two, three, six people, and one alone; none where the test data isn't there."""
    if not (TESTDATA / "speakers").is_dir():
        return []
    return [_given("c2-2spk-mixed"), _given("c3-3spk-short"), six_people(), one_person()]


def six_people(seed: int = 9) -> Talk:
    """All who are in the clips, in mixed order."""
    return cut_together("six people", clips_of(_PEOPLE), seed)


def one_person() -> Talk:
    """All clips of one of them, in their order."""
    return cut_together("one person", clips_of({"Linda": _PEOPLE["Linda"]}), seed=10, is_mixed=False)


def clips_of(people: dict[str, Sequence[str]]) -> list[tuple[str, Samples]]:
    """Each person's clips, long ones in pieces."""
    clips = []
    for person, patterns in people.items():
        for file in sorted(file for pattern in patterns for file in (TESTDATA / "en").glob(pattern)):
            samples = read_speech(file, SAMPLE_RATE_HZ).astype(np.float64) / 32768
            longest = round(_LONGEST_TURN_S * SAMPLE_RATE_HZ)
            clips += [(person, samples[start : start + longest]) for start in range(0, len(samples), longest)]
    return [(person, clip) for person, clip in clips if len(clip) > SAMPLE_RATE_HZ]


def cut_together(
    name: str, clips: Sequence[tuple[str, Samples]], seed: int, *, is_mixed: bool = True, overlap_s: float = 0.0
) -> Talk:
    """The clips one after another with pauses of 0.15 to 0.9 s, 3 dB louder or softer.

    With `overlap_s` every second one begins so long before the one before has ended.
    """
    random = np.random.default_rng(seed)
    order = random.permutation(len(clips)) if is_mixed else np.arange(len(clips))
    whole = np.zeros(sum(len(clip) for _, clip in clips) + SAMPLE_RATE_HZ * (len(clips) + 2))
    turns: list[Spoken] = []
    at = SAMPLE_RATE_HZ // 2
    for number, place in enumerate(order.tolist()):
        person, clip = clips[place]
        level = 0.08 / np.sqrt(np.mean(clip**2)) * 10 ** (random.uniform(-3, 3) / 20)
        if overlap_s and number % 2:
            at -= round((0.4 + overlap_s) * SAMPLE_RATE_HZ)
        whole[at : at + len(clip)] += clip * level
        turns += _spoken(person, clip, at / SAMPLE_RATE_HZ)
        at += len(clip) + round(random.uniform(0.15, 0.9) * SAMPLE_RATE_HZ)
    return Talk(name, as_pcm(whole[: at + SAMPLE_RATE_HZ // 2]), tuple(turns))


def as_pcm(samples: Samples) -> bytes:
    """Samples of -1 to 1 as 16-bit PCM."""
    return np.rint(np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()


def through_telephone(talk: Talk) -> Talk:
    """The talk at 8 kHz in the band from 300 to 3400 Hz, in the steps of mu-law (ITU-T G.711)."""
    samples = np.frombuffer(talk.pcm, "<i2").astype(np.float64) / 32768
    spectrum = np.fft.rfft(samples)
    frequency_hz = np.fft.rfftfreq(len(samples), 1 / SAMPLE_RATE_HZ)
    lowest, highest = 1 + (300 / np.maximum(frequency_hz, 1e-9)) ** 8, 1 + (frequency_hz / 3400) ** 20
    spectrum = np.where(frequency_hz < 4000, spectrum / np.sqrt(lowest * highest), 0)
    narrow = np.fft.irfft(spectrum[: len(samples) // 4 + 1], len(samples) // 2) / 2
    steps = np.sign(narrow) * np.log1p(255 * np.abs(np.clip(narrow, -1, 1))) / np.log(256)
    steps = (np.round(steps * 127.5 - 0.5) + 0.5) / 127.5
    heard = np.fft.rfft(np.sign(steps) * np.expm1(np.abs(steps) * np.log(256)) / 255)
    wide = np.zeros(len(samples) // 2 + 1, np.complex128)
    wide[: len(heard)] = heard
    return replace(talk, pcm=as_pcm(2 * np.fft.irfft(wide, len(samples))))


def quieter(talk: Talk, by_db: float) -> Talk:
    """The talk at another volume, rounded to 16 bits there."""
    samples = np.frombuffer(talk.pcm, "<i2").astype(np.float64) / 32768
    return replace(talk, pcm=as_pcm(samples * 10 ** (-by_db / 20)))


def _given(name: str) -> Talk:
    folder = TESTDATA / "speakers"
    pcm = read_speech(folder / f"{name}.flac", SAMPLE_RATE_HZ).tobytes()
    return Talk(name, pcm, tuple(read_rttm((folder / f"{name}.rttm").read_text(encoding="utf-8"))))


def _spoken(person: str, clip: Samples, start_s: float) -> list[Spoken]:
    """Where the clip is loud, short pauses included: by its energy, so that no model is its own judge."""
    size = round(_FRAME_S * SAMPLE_RATE_HZ)
    frames = clip[: len(clip) // size * size].reshape(-1, size)
    loudness = np.sqrt(np.mean(frames**2, axis=1))
    loud = np.flatnonzero(loudness > _QUIET * np.quantile(loudness, 0.95)).tolist()
    stretches: list[list[int]] = []
    for frame in loud:
        if stretches and (frame - stretches[-1][1]) * _FRAME_S <= _LONGEST_INNER_PAUSE_S:
            stretches[-1][1] = frame + 1
        else:
            stretches.append([frame, frame + 1])
    return [
        Spoken(start_s + first * _FRAME_S, start_s + after * _FRAME_S, person)
        for first, after in stretches
        if after - first > 2
    ]


def file_of(talk: Talk, folder: Path) -> Path:
    """The talk as a WAV in a folder."""
    import wave

    path = folder / f"{talk.name}.wav"
    with wave.open(str(path), "wb") as recording:
        recording.setparams((1, 2, SAMPLE_RATE_HZ, 0, "NONE", ""))
        recording.writeframes(talk.pcm)
    return path
