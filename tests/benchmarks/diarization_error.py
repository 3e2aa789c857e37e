"""The diarization error rate: how much of the speech is given to nobody, to the wrong person, or to one too many.

As pyannote.metrics computes it (https://pyannote.github.io/pyannote-metrics/reference.html#diarization), with which it
agrees to four digits on the talks of `talks.py`: a quarter of a second around each boundary of the reference isn't
scored, speech of two at once counts twice, and speakers are matched so that the error is least.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

COLLAR_S = 0.25


@dataclass(frozen=True, slots=True)
class Spoken:
    """Somebody speaks from `start_s` to `end_s`."""

    start_s: float
    end_s: float
    speaker: str


@dataclass(frozen=True, slots=True)
class DiarizationError:
    """All in seconds: speech in all, and of it missed, given to the wrong person, and what nobody said."""

    spoken_s: float
    missed_s: float
    confused_s: float
    added_s: float

    @property
    def rate(self) -> float:
        """The wrong share of the speech; may be over 1."""
        return (self.missed_s + self.confused_s + self.added_s) / self.spoken_s if self.spoken_s else 0.0


def diarization_error(reference: Sequence[Spoken], found: Sequence[Spoken]) -> DiarizationError:
    """How far `found` is from `reference`."""
    stretches = _stretches(reference, found)
    together: dict[tuple[str, str], float] = defaultdict(float)
    for length_s, right, heard in stretches:
        for person in right:
            for speaker in heard:
                together[person, speaker] += length_s
    matched = _best_match(together)
    spoken_s = missed_s = confused_s = added_s = 0.0
    for length_s, right, heard in stretches:
        correct = sum(matched.get(person) in heard for person in right)
        spoken_s += length_s * len(right)
        missed_s += length_s * max(0, len(right) - len(heard))
        added_s += length_s * max(0, len(heard) - len(right))
        confused_s += length_s * (min(len(right), len(heard)) - correct)
    return DiarizationError(spoken_s, missed_s, confused_s, added_s)


def read_rttm(text: str) -> list[Spoken]:
    """The turns in a file of NIST's format (https://catalog.ldc.upenn.edu/docs/LDC2004T12/RTTM-format-v13.pdf)."""
    rows = [line.split() for line in text.splitlines() if line.startswith("SPEAKER")]
    return [Spoken(float(row[3]), float(row[3]) + float(row[4]), row[7]) for row in rows]


def _stretches(
    reference: Sequence[Spoken], found: Sequence[Spoken]
) -> list[tuple[float, frozenset[str], frozenset[str]]]:
    """The time that is scored, in stretches in which the same people speak by both: length, people, speakers."""
    edges_s = {edge for spoken in (*reference, *found) for edge in (spoken.start_s, spoken.end_s)}
    borders_s = {edge for spoken in reference for edge in (spoken.start_s, spoken.end_s)}
    edges_s |= {border + side for border in borders_s for side in (-COLLAR_S, COLLAR_S)}
    stretches = []
    for start_s, end_s in pairwise(sorted(edges_s)):
        middle_s = (start_s + end_s) / 2
        if not any(abs(middle_s - border_s) < COLLAR_S for border_s in borders_s):
            stretches.append((end_s - start_s, _speaking(reference, middle_s), _speaking(found, middle_s)))
    return stretches


def _speaking(turns: Sequence[Spoken], at_s: float) -> frozenset[str]:
    return frozenset(turn.speaker for turn in turns if turn.start_s <= at_s < turn.end_s)


def _best_match(together: dict[tuple[str, str], float]) -> dict[str, str]:
    """One speaker for each person, so that they speak together for longest in all."""
    people = sorted({person for person, _ in together})
    best: dict[frozenset[str], tuple[float, dict[str, str]]] = {frozenset(): (0.0, {})}
    """By the set of people that have a speaker: the longest time, and who it is."""
    for speaker in sorted({speaker for _, speaker in together}):
        for used, (time_s, match) in list(best.items()):
            for person in people:
                if person in used or (person, speaker) not in together:
                    continue
                longer = time_s + together[person, speaker]
                if longer > best.get(used | {person}, (-1.0, {}))[0]:
                    best[used | {person}] = (longer, {**match, person: speaker})
    return max(best.values(), key=lambda one: one[0])[1]
