"""Finds the speech in a chunk. Imported only by the engine process: this pulls in ONNX and NumPy."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core.domain.speech import SAMPLE_RATE_HZ
from core.providers.on_device.whisper.speech_clock import SpeechClock, Utterance
from core.providers.on_device.whisper.speech_probability import speech_probabilities, utterances_in

Samples = NDArray[np.float32]

WINDOW_S = 30.0
"""What Whisper reads at once."""

_WINDOW_SAMPLES = round(WINDOW_S * SAMPLE_RATE_HZ)

_PAUSE = round(0.2 * SAMPLE_RATE_HZ)
"""In samples. A silence this long ends an utterance; within words there are shorter ones."""

_LEFT_OUT = round(2.0 * SAMPLE_RATE_HZ)
"""In samples. Silences longer than this are left out, as faster-whisper's own speech filter does it."""

_KEPT = round(0.4 * SAMPLE_RATE_HZ)
"""In samples, how much of such a silence is kept at either end, so that the model hears a pause and no word is cut."""

_LONGEST_CLIP_S = 29.5
_SHORTEST_CLIP_S = 18.0
"""The model reads 30 s at once, whatever of it is speech, so clips are as long as can be. Where they end in a pause no
sentence is read in two parts."""

_SHORTEST_PIECE_S = 2.0

_NEAR_S = 0.5
"""How far from a pause a sentence may end by the model's own times, which are less exact than those of words."""

Span = tuple[float, float]
"""From where to where in joined speech, in seconds."""

Region = dict[str, int]
"""From where to where in a chunk, `start` and `end`, in samples."""


@dataclass(frozen=True, slots=True)
class Speech:
    """The regions of a chunk in which somebody speaks, joined, and where each was.

    `utterances` are the same without the silence around and within them that was kept.
    """

    samples: Samples
    regions: list[Region]
    utterances: Sequence[Region] = ()

    @property
    def duration_s(self) -> float:
        """How much speech there is."""
        return len(self.samples) / SAMPLE_RATE_HZ

    @property
    def clock(self) -> SpeechClock:
        """Where in the chunk the joined speech was."""
        found = []
        joined = 0
        for region in self.regions:
            shift = region["start"] - joined
            limits = (joined, joined + region["end"] - region["start"])
            for utterance in self.utterances:
                if region["start"] <= utterance["start"] < region["end"]:
                    span = (utterance["start"] - shift, utterance["end"] - shift)
                    found.append(Utterance(*(at / SAMPLE_RATE_HZ for at in (*span, shift, *limits))))
            joined = limits[1]
        return SpeechClock(found)

    def cut(self, span: Span) -> Samples:
        """A part of the samples."""
        start, end = (round(at * SAMPLE_RATE_HZ) for at in span)
        return self.samples[start:end]

    def clip_from(self, start_s: float) -> Span:
        """A part of the joined speech that the model reads at once, up to a pause; to its end where there is none."""
        if self.duration_s - start_s <= _LONGEST_CLIP_S:
            return start_s, self.duration_s
        found = [
            (left_s, right_s)
            for left_s, right_s in self.clock.pauses
            if _SHORTEST_CLIP_S <= (left_s + right_s) / 2 - start_s <= _LONGEST_CLIP_S
        ]
        if not found:
            return start_s, self.duration_s
        # A second of pause weighs as much as half a minute of length.
        left_s, right_s = max(found, key=lambda pause: min(pause[1] - pause[0], 1.0) + sum(pause) / 60.0)
        return start_s, (left_s + right_s) / 2

    def cut_near(self, at_s: float) -> float:
        """Where to part the joined speech: in the pause next to this place, or here where there is none near."""
        near = [
            (left_s + right_s) / 2
            for left_s, right_s in self.clock.pauses
            if left_s - _NEAR_S <= at_s <= right_s + _NEAR_S
        ]
        return min(near, key=lambda middle_s: abs(middle_s - at_s), default=at_s)

    def pieces(self, clip: Span, shortest_s: float = _SHORTEST_PIECE_S) -> list[Span]:
        """The clip, cut at each of its pauses but where a piece would be too short."""
        cuts = [clip[0]]
        for left_s, right_s in self.clock.pauses:
            middle_s = (left_s + right_s) / 2
            if cuts[-1] + shortest_s <= middle_s <= clip[1] - shortest_s:
                cuts.append(middle_s)
        return list(pairwise([*cuts, clip[1]]))

    def windows(self, most: int) -> Iterator[Samples]:
        """The first windows of speech, at most so many."""
        for start in range(0, min(len(self.samples), most * _WINDOW_SAMPLES), _WINDOW_SAMPLES):
            yield self.samples[start : start + _WINDOW_SAMPLES]


def find_speech(pcm: bytes) -> Speech:
    """The speech in 16-bit mono PCM, as loud as it was; nothing where there is none."""
    samples: Samples = np.frombuffer(pcm, dtype="<i2").astype(np.float32) / np.float32(32768)
    if not len(samples):
        return Speech(samples, [])
    found = utterances_in(speech_probabilities(samples).tolist(), len(samples), _PAUSE)
    utterances = [{"start": start, "end": end} for start, end in found]
    if not utterances:
        return Speech(samples[:0], [])
    regions = _regions(utterances, len(samples))
    joined = np.concatenate([samples[region["start"] : region["end"]] for region in regions])
    return Speech(joined, regions, utterances)


def _regions(utterances: Sequence[Region], length: int) -> list[Region]:
    """The utterances with the silence around them that is kept; those that follow each other soon are one region."""
    regions: list[Region] = []
    for utterance in utterances:
        if regions and utterance["start"] - regions[-1]["end"] < _LEFT_OUT:
            regions[-1]["end"] = utterance["end"]
        else:
            regions.append({"start": utterance["start"], "end": utterance["end"]})
    return [{"start": max(0, region["start"] - _KEPT), "end": min(length, region["end"] + _KEPT)} for region in regions]
