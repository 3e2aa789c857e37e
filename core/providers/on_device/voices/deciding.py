"""Who spoke when in a whole recording, from what was heard in its chunks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core.providers.on_device.models.voice_models import VoiceThresholds
from core.providers.on_device.voices.clustering import Groups, Labels, Weights, linkage, mixed_groups, people_of
from core.providers.on_device.voices.networks import Prints

Spans = NDArray[np.float64]
"""Start and end in seconds, a row each."""

_MOST_PRINTS = 2000
"""So many take 0.3 s and 16 MB; half as many again took 9 s, where their cosines were more than the cache holds."""

_NEIGHBOUR_S = 1.0
_SAME_VOICE = 0.7
"""Prints that are as much alike are one voice for sure."""

_SURE_VOICES = (_SAME_VOICE, 0.65, 0.6)
"""How much alike prints of a long recording are on the average that are joined before all of it is looked at."""

_WORTH_ANOTHER_ROUND = 0.9
"""A round that leaves more of its groups is the last with this likeness."""

_SURE_S = 1.0
"""Prints of less speech decide nothing about who there is."""

_LEAST_WEIGHT_S = 0.05

_LEAST_SHARE = 0.01
_LONGEST_TO_BE_HEARD_S = 60.0
"""Who says less than such a share of all, and less than a minute, goes to the nearest voice unless people are counted:
in long recordings stray prints from the edges of turns add up to somebody who isn't there."""

_SAME_TURN_S = 0.02

_SOFT_EDGE_S = 0.1
"""By how much a turn begins earlier and ends later than its speech is found, where nobody else speaks then: the
soft ends of words aren't found. Without it 4.0 % of the speech of four talks was wrong, with it 2.2 %."""


@dataclass(frozen=True, slots=True)
class Told:
    """The turns, with the number of each one's speaker from 0 by first appearance, and a print for each speaker."""

    turns: list[tuple[float, float, int]]
    voices: Prints


def decide(
    regions: Spans, windows: Spans, prints: Prints, thresholds: VoiceThresholds, people: int | None = None
) -> Told:
    """One decision over all prints, so that a number means the same person in all of the recording."""
    if not len(windows):
        return Told([], prints)
    regions = regions[np.argsort(regions[:, 0], kind="stable")]
    order = np.argsort(windows.mean(axis=1), kind="stable")
    windows, prints = windows[order], prints[order]
    sure = _sure(windows)
    weights = _own_s(regions, windows)
    groups = people_of(*_few(prints[sure], weights[sure], windows[sure]), thresholds, people)
    turns = _turns_of(groups, regions, windows, prints)
    if people is None and len(groups.means) > 1:
        spoken_s = _spoken_s(turns, len(groups.means))
        is_heard = spoken_s >= min(_LONGEST_TO_BE_HEARD_S, _LEAST_SHARE * spoken_s.sum())
        if not is_heard.all():
            groups = Groups(groups.means[is_heard], groups.weights[is_heard])
            turns = _turns_of(groups, regions, windows, prints)
    numbers: dict[int, int] = {}
    for _, _, label in turns:
        numbers.setdefault(label, len(numbers))
    numbered = [(start, end, numbers[label]) for start, end, label in turns]
    return Told(list(_with_soft_edges(numbered)), groups.means[list(numbers)])


def _sure(windows: Spans) -> NDArray[np.bool_]:
    """The windows that are long enough to decide about who there is; all where hardly any is."""
    sure = windows[:, 1] - windows[:, 0] >= _SURE_S
    return sure if np.count_nonzero(sure) > 1 else np.ones(len(windows), np.bool_)


def _own_s(regions: Spans, windows: Spans) -> Weights:
    """How much speech each window decides about: to the middle between it and its neighbours in the same region.

    By their lengths, which overlap, two prints of one odd moment would count as much speech as somebody who is there.
    """
    middles = windows.mean(axis=1)
    own_s = windows[:, 1] - windows[:, 0]
    for start, end in regions.tolist():
        first, after = np.searchsorted(middles, (start, end))
        if first == after:
            continue
        inner = (middles[first : after - 1] + middles[first + 1 : after]) / 2
        begins = np.maximum(np.concatenate([[start], inner]), windows[first:after, 0])
        own_s[first:after] = np.minimum(np.concatenate([inner, [end]]), windows[first:after, 1]) - begins
    return np.maximum(own_s, _LEAST_WEIGHT_S)


def _turns_of(groups: Groups, regions: Spans, windows: Spans, prints: Prints) -> list[tuple[float, float, int]]:
    return _turns(regions, windows, (prints @ groups.means.T).argmax(axis=1))


def _spoken_s(turns: Sequence[tuple[float, float, int]], voices: int) -> Weights:
    spoken_s = np.zeros(voices, np.float64)
    for start, end, label in turns:
        spoken_s[label] += end - start
    return spoken_s


def _few(prints: Prints, weights: Weights, windows: Spans) -> tuple[Prints, Weights]:
    """The prints of a long recording, joined until they are few enough where they are one voice for sure.

    First those that follow each other, then any within a stretch, the most alike first. Where that isn't enough, those
    of the least speech are left out.
    """
    if len(prints) <= _MOST_PRINTS:
        return prints, weights
    groups = mixed_groups(Groups(prints, weights), _runs(prints, weights, windows))
    for least in _SURE_VOICES:
        before = len(groups.means) + 1
        while _MOST_PRINTS < len(groups.means) < before:
            before = round(_WORTH_ANOTHER_ROUND * len(groups.means))
            groups = mixed_groups(groups, _linked_by_stretches(groups, least))
    largest = np.sort(np.argsort(groups.weights)[-_MOST_PRINTS:])
    return groups.means[largest], groups.weights[largest]


def _linked_by_stretches(groups: Groups, least: float) -> Labels:
    labels = np.zeros(len(groups.means), np.intp)
    used = 0
    for start in range(0, len(labels), _MOST_PRINTS):
        stretch = slice(start, start + _MOST_PRINTS)
        labels[stretch] = used + linkage(groups.means[stretch], groups.weights[stretch], least)
        used = int(labels[stretch].max()) + 1
    return labels


def _runs(prints: Prints, weights: Weights, windows: Spans) -> Labels:
    """The same label for prints that follow each other and are one voice for sure."""
    labels = np.zeros(len(prints), np.intp)
    mean = prints[0] * weights[0]
    for place in range(1, len(prints)):
        gap_s = windows[place, 0] - windows[place - 1, 1]
        if gap_s < _NEIGHBOUR_S and prints[place] @ mean > _SAME_VOICE * np.linalg.norm(mean):
            labels[place] = labels[place - 1]
            mean = mean + prints[place] * weights[place]
        else:
            labels[place] = labels[place - 1] + 1
            mean = prints[place] * weights[place]
    return labels


def _turns(regions: Spans, windows: Spans, labels: Labels) -> list[tuple[float, float, int]]:
    """Each moment of a region belongs to the window in the same region whose middle is nearest."""
    middles = windows.mean(axis=1)
    turns: list[tuple[float, float, int]] = []
    for start, end in regions.tolist():
        first, after = np.searchsorted(middles, (start, end))
        if first == after:
            continue
        changes = np.flatnonzero(np.diff(labels[first:after])) + first
        edges = [start, *((middles[changes] + middles[changes + 1]) / 2).tolist(), end]
        speakers = labels[[*changes.tolist(), after - 1]].tolist()
        for (from_s, to_s), speaker in zip(pairwise(edges), speakers, strict=True):
            before = turns[-1] if turns else None
            if before and before[2] == speaker and from_s - before[1] <= _SAME_TURN_S:
                turns[-1] = (before[0], max(before[1], to_s), speaker)
            else:
                turns.append((from_s, to_s, speaker))
    return turns


def _with_soft_edges(turns: Sequence[tuple[float, float, int]]) -> Iterator[tuple[float, float, int]]:
    """The turns, longer at both ends, but at most to the middle of the pause to the next one."""
    for place, (start, end, speaker) in enumerate(turns):
        before = turns[place - 1][1] if place else -start
        after = turns[place + 1][0] if place + 1 < len(turns) else end + 2 * _SOFT_EDGE_S
        yield (
            max(start - _SOFT_EDGE_S, min(start, (before + start) / 2)),
            min(end + _SOFT_EDGE_S, max(end, (end + after) / 2)),
            speaker,
        )
