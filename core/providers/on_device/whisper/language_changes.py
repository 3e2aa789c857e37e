"""Decides where in a clip the language changes, from how probable each language is between one pause and the next.

The probabilities are the model's own, of parts of the encoder's output: each costs a step of the decoder, and no other
pass of the encoder. A language is left only where what speaks for another one outweighs the cost of a change, so that a
name, a word from elsewhere or a few seconds of music change nothing (the Viterbi algorithm).

What was measured is in tests/integration/providers/test_language_changes.py.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

_UNIT_S = 3.0
"""So much speech counts once; twice as much of it counts twice."""

_LEAST_PROBABILITY = 0.002
"""The model's certainty about two seconds isn't worth more."""

_CHANGE = 2.5
"""What a change has to gain, in natural logarithms: into another language and back twice as much."""

_NEW = 1.0
"""What a language has to gain in addition that was not heard in this recording before."""

_SUSPICION = 2.0
"""From here on somebody is told that another language seems to be spoken, where it isn't written."""

_USUAL = 1.0
"""The logarithm of the odds that a language has to fall short of by two seconds alone, in noise or with names."""

_CANDIDATE = 0.05

_RELATED = (
    ("id", "ms", "jw", "su", "tl"),
    ("es", "pt", "gl", "ca", "oc", "it", "la"),
    ("ru", "uk", "be", "bg", "mk"),
    ("sr", "hr", "bs", "sl"),
    ("cs", "sk"),
    ("no", "nn", "da", "sv"),
    ("hi", "ur", "pa", "ne", "mr"),
    ("zh", "yue"),
)
"""Languages that share what is probable, by Whisper's codes, first the one that is spoken by most: base takes a child's
Indonesian as often for Tagalog."""

_SHARED = 0.5
_SHARED_BY_FIRST = 0.7
"""How much of what is probable for all of them counts for one, where they can hardly be told apart."""

_CLEARLY_OTHER = 8.0
"""Where one of them is so many times as probable as another, they can be."""

Probabilities = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Heard:
    """How probable the languages are from here to there in the joined speech, by Whisper's codes."""

    start_s: float
    end_s: float
    probabilities: Probabilities

    def weight_of(self, language: str) -> float:
        """What speaks for a language here: the logarithm of its probability, more of it in a longer part."""
        count = _SHARED_BY_FIRST if any(language == group[0] for group in _RELATED) else _SHARED
        share = max(self.probabilities.get(language, 0.0), count * self._related(language), _LEAST_PROBABILITY)
        return math.log(share) * self._units

    def best_weight(self, known: Collection[str]) -> float:
        """The same for that which is most probable, be it `known` or not."""
        likely = [code for code, share in self.probabilities.items() if share >= _CANDIDATE]
        return max(map(self.weight_of, {*likely, *known}), default=-math.inf)

    def doubt_of(self, language: str) -> float:
        """What speaks against this language and those related to it; below zero where nothing does."""
        share = min(max(self._related(language), _LEAST_PROBABILITY), 1 - _LEAST_PROBABILITY)
        return (math.log((1 - share) / share) - _USUAL) * self._units

    @property
    def _units(self) -> float:
        return (self.end_s - self.start_s) / _UNIT_S

    def _related(self, language: str) -> float:
        """How probable it is that it is this language, or one that can't be told apart from it here."""
        own = self.probabilities.get(language, 0.0)
        group = next((group for group in _RELATED if language in group), (language,))
        shares = [self.probabilities.get(one, 0.0) for one in group]
        return sum(shares) if own * _CLEARLY_OTHER >= max(shares) else own


def languages_of(parts: Sequence[Heard], language: str, known: Collection[str]) -> list[str]:
    """The language of each part. What came before them is in `language`; `known` are heard in the recording."""
    likely = {code for part in parts for code, share in part.probabilities.items() if share >= _CANDIDATE}
    codes = sorted({language, *known, *likely})
    new = {code: 0.0 if code in known or code == language else _NEW for code in codes}
    best = {code: 0.0 if code == language else -_CHANGE - new[code] for code in codes}
    ways: list[dict[str, str]] = []
    for part in parts:
        if ways:
            leader = max(codes, key=lambda code: best[code])
            entered = {code: best[leader] - _CHANGE - new[code] for code in codes}
            ways.append({code: code if best[code] >= entered[code] else leader for code in codes})
            best = {code: max(best[code], entered[code]) for code in codes}
        else:
            ways.append({})
        best = {code: best[code] + part.weight_of(code) for code in codes}
    if not parts:
        return []
    found = [max(codes, key=lambda code: best[code])]
    for way in reversed(ways[1:]):
        found.append(way[found[-1]])
    return found[::-1]


def doubtful(parts: Sequence[Heard], language: str) -> list[tuple[float, float]]:
    """From where to where hardly anything speaks for the language that the parts are written in."""
    doubts = [part.doubt_of(language) for part in parts]
    found = []
    for is_doubtful, group in groupby(zip(parts, doubts, strict=True), key=lambda one: one[1] > 0):
        many = list(group)
        if is_doubtful and sum(doubt for _, doubt in many) >= _SUSPICION:
            found.append((many[0][0].start_s, many[-1][0].end_s))
    return found


def average(parts: Sequence[Heard]) -> dict[str, float]:
    """How probable the languages are in all of these parts, each by its length."""
    total_s = sum(part.end_s - part.start_s for part in parts)
    shares: dict[str, float] = {}
    for part in parts:
        for code, share in part.probabilities.items():
            shares[code] = shares.get(code, 0.0) + share * (part.end_s - part.start_s) / total_s
    return shares
