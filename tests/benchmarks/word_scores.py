"""How right a transcript is: which words are wrong, and how many of the right ones are shown when they are spoken."""

import difflib
import math
import re
import statistics
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import jiwer

TOLERANCE_S = 0.3
"""How far from its time a word may be shown."""

_NO_LETTER = re.compile(r"[^\w\s']|_")


@dataclass(frozen=True, slots=True)
class TimedWord:
    """One word as `plain_words` writes it, with its place on the recording's clock."""

    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class TimedText:
    """A text between two times, such as a segment, or a word as the model wrote it."""

    text: str
    start_s: float
    end_s: float


def plain_words(text: str) -> list[str]:
    """The words without case and punctuation."""
    return _NO_LETTER.sub(" ", text.lower()).split()


def word_errors(spoken: Sequence[str], heard: str) -> list[int]:
    """Wrong, missing and added words of each text that is spoken, where all of them are heard one after the other."""
    parts = [plain_words(text) for text in spoken]
    ends = list(accumulate(map(len, parts)))
    aligned = jiwer.process_words(" ".join(word for part in parts for word in part), " ".join(plain_words(heard)))
    found = [0] * len(parts)
    for piece in aligned.alignments[0]:
        if piece.type == "insert":
            found[_part_of(ends, piece.ref_start_idx)] += piece.hyp_end_idx - piece.hyp_start_idx
        elif piece.type != "equal":
            for place in range(piece.ref_start_idx, piece.ref_end_idx):
                found[_part_of(ends, place)] += 1
    return found


def _part_of(ends: Sequence[int], word: int) -> int:
    return min(bisect_right(ends, word), len(ends) - 1)


def standard_error(values: Sequence[float]) -> float:
    """Of the sum of independent values."""
    return statistics.stdev(values) * math.sqrt(len(values)) if len(values) > 1 else 0.0


def timed_words(texts: Sequence[TimedText]) -> list[TimedWord]:
    """Each text's words, spread evenly over its time, as a player would show them."""
    found: list[TimedWord] = []
    for text in texts:
        words = plain_words(text.text)
        share_s = (text.end_s - text.start_s) / max(len(words), 1)
        for place, word in enumerate(words):
            found.append(TimedWord(word, text.start_s + place * share_s, text.start_s + (place + 1) * share_s))
    return found


def distances(spoken: Sequence[TimedWord], shown: Sequence[TimedWord]) -> list[float]:
    """How far, in seconds, each word that is in both is shown from the middle of where it is spoken."""
    matcher = difflib.SequenceMatcher(
        None, [word.text for word in spoken], [word.text for word in shown], autojunk=False
    )
    found: list[float] = []
    for block in matcher.get_matching_blocks():
        for said, seen in zip(
            spoken[block.a : block.a + block.size], shown[block.b : block.b + block.size], strict=True
        ):
            middle_s = (said.start_s + said.end_s) / 2
            found.append(max(seen.start_s - middle_s, middle_s - seen.end_s, 0.0))
    return found


def share_in_time(distances_s: Sequence[float]) -> float:
    """The share of words within the tolerance, 0 to 1; 0 where no word was matched."""
    return sum(distance <= TOLERANCE_S for distance in distances_s) / max(len(distances_s), 1)
