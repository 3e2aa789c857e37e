"""Which voice prints are one person's: average linkage on the cosine, over all of a recording."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.providers.on_device.models.voice_models import VoiceThresholds
from core.providers.on_device.voices.networks import Prints

Weights = NDArray[np.float64]
Labels = NDArray[np.intp]
"""The number of its group for each print, from 0."""

_LEAST_OWN_S = 1.5
"""How much speech a person has at least where it is known how many people there are."""

_LEAST_PARTED_SHARE = 0.02
"""How much of all speech a voice has at least that was in one group with another one."""

_STRICTER = 0.05
_STRICTEST = 0.8
"""Where fewer voices are found than there are people, the same is tried with higher thresholds up to this one."""

_NEVER = np.float32(-2.0)
"""Less than any cosine."""


@dataclass(frozen=True, slots=True)
class Groups:
    """The persons: the mean print of each, and how many seconds of windows it was made of."""

    means: Prints
    weights: Weights


def people_of(prints: Prints, weights: Weights, thresholds: VoiceThresholds, people: int | None) -> Groups:
    """Who there is, from at least one print. `weights` are the seconds of the prints. See `VoiceThresholds`."""
    if people is None:
        groups = _large(_linked(prints, weights, thresholds.joined), thresholds.smallest_s)
        return _without_doubles(groups, thresholds)
    return _nearest_joined(_at_least(people, prints, weights, thresholds), people)


def linkage(prints: Prints, weights: Weights, least: float) -> Labels:
    """Average linkage: the two most alike groups are joined as long as the mean cosine between them is `least`.

    By the nearest-neighbour chain: two groups that are each other's nearest are joined in any order with the same
    result, as no join brings a group nearer to others than its parts were (https://arxiv.org/abs/1109.2378). The time
    grows with the square of the prints whatever they are.
    """
    sums = prints * weights[:, np.newaxis].astype(np.float32)
    sizes = weights.astype(np.float32)
    labels = np.arange(len(prints))
    alike = (sums @ sums.T) / np.outer(sizes, sizes)  # The mean of all cosines is the product of the sums.
    np.fill_diagonal(alike, _NEVER)
    chain: list[int] = []
    is_open = np.ones(len(prints), np.bool_)
    while chain or is_open.any():
        if not chain:
            chain.append(int(is_open.argmax()))
        last, before = chain[-1], chain[-2:-1]
        row = np.where(is_open, alike[last], _NEVER)
        nearest = int(row.argmax())
        if before and row[before[0]] >= row[nearest]:  # Of several that are as near, else the chain would be a circle.
            nearest = before[0]
        if row[nearest] < least:
            is_open[last] = False
            chain.pop()
        elif [nearest] != before:
            chain.append(nearest)
        else:
            del chain[-2:]
            sums[nearest] += sums[last]
            sizes[nearest] += sizes[last]
            is_open[last] = False
            labels[labels == last] = nearest
            alike[nearest] = (sums @ sums[nearest]) / (sizes * sizes[nearest])
            alike[nearest, nearest] = _NEVER
            alike[:, nearest] = alike[nearest]
    return np.asarray(np.unique(labels, return_inverse=True)[1])


def _linked(prints: Prints, weights: Weights, least: float) -> Groups:
    return joined(Groups(prints, weights), linkage(prints, weights, least))


def joined(groups: Groups, labels: Labels) -> Groups:
    """One group for each label."""
    mixed = mixed_groups(groups, labels)
    lengths = np.maximum(np.linalg.norm(mixed.means, axis=1, keepdims=True), 1e-9)
    return Groups(np.asarray(mixed.means / lengths, np.float32), mixed.weights)


def mixed_groups(groups: Groups, labels: Labels) -> Groups:
    """One group for each label, whose mean is the shorter the less alike its prints are.

    So it stands for them in `linkage`; a mean of unit length would be more like others than they are.
    """
    count = int(labels.max()) + 1
    sums = np.zeros((count, groups.means.shape[1]), np.float64)
    np.add.at(sums, labels, groups.means * groups.weights[:, np.newaxis])
    weights = np.asarray(np.bincount(labels, groups.weights, count), np.float64)
    return Groups(np.asarray(sums / weights[:, np.newaxis], np.float32), weights)


def _large(groups: Groups, smallest_s: float) -> Groups:
    """The groups with enough speech, or the largest one."""
    kept = groups.weights >= min(smallest_s, float(groups.weights.max()))
    return Groups(groups.means[kept], groups.weights[kept])


def _without_doubles(groups: Groups, thresholds: VoiceThresholds) -> Groups:
    """The groups, those whose means are one voice's joined."""
    return joined(groups, linkage(groups.means, np.ones(len(groups.means)), thresholds.same))


def _at_least(people: int, prints: Prints, weights: Weights, thresholds: VoiceThresholds) -> Groups:
    """As many groups as there are people, or as many as can be told apart: nobody is made of a part of a voice.

    Small groups are dissolved first: to have the linkage go on until there are so many groups would join people while
    groups of noise stay. Where people are missing, two alike voices may be in one group, so higher thresholds are
    tried, as long as the means of what they part aren't one voice's (`same`). Then come those who say little: the
    largest small groups that were unlike all others from the start.
    """
    linked = _linked(prints, weights, thresholds.joined)
    smallest_s = min(thresholds.smallest_s, float(linked.weights.max()))
    groups = _without_doubles(_large(linked, smallest_s), thresholds)
    parted_s = max(smallest_s, _LEAST_PARTED_SHARE * float(weights.sum()))
    least = thresholds.joined + _STRICTER
    while len(groups.means) < people and least <= _STRICTEST:
        parted = _linked(prints, weights, least)
        if parted.weights.max() < parted_s:
            break  # Nothing but splinters are left.
        parted = _without_doubles(_large(parted, parted_s), thresholds)
        groups = max(groups, parted, key=lambda some: len(some.means))
        least += _STRICTER
    missing = people - len(groups.means)
    if missing > 0:
        small = np.flatnonzero((linked.weights < smallest_s) & (linked.weights >= _LEAST_OWN_S))
        back = small[np.argsort(-linked.weights[small], kind="stable")][:missing]
        groups = Groups(
            np.concatenate([groups.means, linked.means[back]]), np.concatenate([groups.weights, linked.weights[back]])
        )
    return groups


def _nearest_joined(groups: Groups, most: int) -> Groups:
    """At most so many groups: those with the most alike means are joined first."""
    while len(groups.means) > most:
        alike = groups.means @ groups.means.T
        np.fill_diagonal(alike, _NEVER)
        kept, gone = np.unravel_index(int(alike.argmax()), alike.shape)
        labels = np.arange(len(groups.means))
        labels[gone] = kept
        groups = joined(groups, np.asarray(np.unique(labels, return_inverse=True)[1]))
    return groups
