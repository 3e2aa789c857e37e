"""Unites the speakers of parts that were numbered anew in each: who in one part is who in another."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from core.domain.transcript import Segment
from core.voices.assign import Speakers, pieces, speaker_name
from core.voices.voice import Turn


def united(segments: Sequence[Segment], turns: Sequence[Turn], part_of: Callable[[Segment], int]) -> list[Segment]:
    """The segments with speakers that mean the same person in all parts; `part_of` gives the part of a segment.

    A part's speaker is the one of `turns` who speaks most while they do. Segments without a speaker get theirs word by
    word. Without turns the segments stay as they are.
    """
    if not turns:
        return list(segments)
    speakers = Speakers(turns)
    spoken_s: dict[tuple[int, str], dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for segment in segments:
        if segment.speaker is not None:
            for stretch in segment.words or (segment,):
                for speaker, length_s in speakers.times(stretch.start_s, stretch.end_s).items():
                    spoken_s[part_of(segment), segment.speaker][speaker] += length_s
    told: list[Segment] = []
    for segment in segments:
        lengths_s = spoken_s.get((part_of(segment), segment.speaker)) if segment.speaker is not None else None
        if lengths_s:
            most = max(lengths_s, key=lambda speaker: (lengths_s[speaker], -speaker))
            told.append(replace(segment, speaker=speaker_name(most)))
        else:
            told += pieces(segment, speakers)
    return told


def numbered(segments: Iterable[Segment]) -> list[Segment]:
    """The segments with speakers that are numbered anew, from 1 in the order of the text."""
    names: dict[str, str] = {}
    told = []
    for segment in segments:
        if segment.speaker is not None:
            name = names.setdefault(segment.speaker, speaker_name(len(names) + 1))
            told.append(replace(segment, speaker=name))
        else:
            told.append(segment)
    return told
