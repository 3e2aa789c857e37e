"""What a person does to a document, each as an `Edit`. None has two segments overlap that didn't, or changes order."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import inf, isfinite

from core.domain.errors import CutRefused, NothingToJoin, TimesRefused
from core.domain.scripts import join_prose
from core.domain.speakers import speaker_name
from core.domain.transcript import Segment
from core.domain.visible import one_line
from core.editing.document import Document, Edit, EditedSegment, SegmentId, Splice
from core.editing.words import cut_words, time_at, with_text, with_times, words_of_all

LEAST_S = 0.1
"""A segment that a person gives times to is at least this long, in seconds; a shorter one can't be seen."""


def replace_text(document: Document, segment_id: SegmentId, text: str) -> Edit:
    """Another text for a segment; words that stay keep their times. Raises `SegmentUnknown`."""
    return document.replacing([(segment_id, with_text(document[segment_id], one_line(text)))])


def split(document: Document, segment_id: SegmentId, place: int) -> Edit:
    """Two segments, cut before the letter at `place` of the text. The first keeps the id.

    Raises `SegmentUnknown`, and `CutRefused` where one of them would have no text.
    """
    index = document.index(segment_id)
    whole = document.segments[index]
    segment = whole.segment
    left, right = segment.text[:place].strip(), segment.text[place:].strip()
    if not left or not right:
        raise CutRefused
    before, behind = cut_words(segment, [place])
    at_s = time_at(segment.start_s, segment.end_s, place / len(segment.text))
    end_s = _within(before[-1].end_s if before else behind[0].start_s if behind else at_s, segment)
    start_s = max(end_s, _within(behind[0].start_s if behind else end_s, segment))
    return Edit(
        (
            Splice(
                index,
                (whole,),
                (
                    replace(whole, segment=replace(segment, end_s=end_s, text=left, words=before)),
                    EditedSegment(
                        SegmentId(document.next_id), replace(segment, start_s=start_s, text=right, words=behind)
                    ),
                ),
            ),
        )
    )


def merge(document: Document, segment_ids: Sequence[SegmentId]) -> Edit:
    """One segment of several that follow each other, with the first one's id and speaker.

    Of a single one, it and the segment after it. Raises `SegmentUnknown`, and `NothingToJoin` where they don't follow
    each other or nothing follows.
    """
    indexes = sorted(map(document.index, set(segment_ids)))
    if len(indexes) == 1:
        indexes.append(indexes[0] + 1)
    if not indexes or indexes != list(range(indexes[0], indexes[0] + len(indexes))):
        raise NothingToJoin
    joined = document.segments[indexes[0] : indexes[-1] + 1]
    if len(joined) != len(indexes):
        raise NothingToJoin
    segments = [one.segment for one in joined]
    whole = replace(
        segments[0],
        end_s=max(one.end_s for one in segments),
        text=join_prose(one.text for one in segments),
        words=words_of_all(segments),
    )
    return Edit((Splice(indexes[0], joined, (replace(joined[0], segment=whole),)),))


def delete(document: Document, segment_ids: Iterable[SegmentId]) -> Edit:
    """The document without these segments. Raises `SegmentUnknown`."""
    indexes = sorted({document.index(one) for one in segment_ids}, reverse=True)
    return Edit(tuple(Splice(index, (document.segments[index],), ()) for index in indexes))


def set_times(document: Document, segment_id: SegmentId, start_s: float, end_s: float) -> Edit:
    """Other times for a segment, in seconds of the recording.

    Raises `SegmentUnknown`, and `TimesRefused` where it would be shorter than `LEAST_S` or come into its neighbours'
    time further than it did.
    """
    index = document.index(segment_id)
    segment = document.segments[index].segment
    earliest_s, latest_s = free_span(document, segment_id)
    if not (earliest_s <= start_s and end_s <= latest_s and end_s - start_s >= LEAST_S):  # Refuses NaN, too.
        raise TimesRefused
    return document.replacing([(segment_id, with_times(segment, start_s, end_s))])


def free_span(document: Document, segment_id: SegmentId) -> tuple[float, float]:
    """From when to when the segment may lie, in seconds, without overlapping more than it does."""
    index = document.index(segment_id)
    segment = document.segments[index].segment
    earliest_s, latest_s = 0.0, float("inf")
    if index:
        earliest_s = min(document.segments[index - 1].segment.end_s, segment.start_s)
    if index + 1 < len(document.segments):
        latest_s = max(document.segments[index + 1].segment.start_s, segment.end_s)
    return earliest_s, latest_s


def shift_times(document: Document, segment_ids: Iterable[SegmentId], by_s: float) -> Edit:
    """These segments as many seconds later, or earlier where that is negative, with their words.

    Raises `SegmentUnknown`, and `TimesRefused` where `by_s` isn't within `free_shift`.
    """
    runs = list(_runs(document, segment_ids))
    least_s, most_s = _free_shift(document, runs)
    if not (least_s <= by_s <= most_s and isfinite(by_s)):  # Refuses NaN, too.
        raise TimesRefused
    moved = []
    for run in runs:
        low_s, high_s = _room(document, run)
        for one in run:
            segment = document.segments[one].segment
            # A sum is rounded, and may so come into the neighbour's time by a little.
            start_s, end_s = (min(max(time_s + by_s, low_s), high_s) for time_s in (segment.start_s, segment.end_s))
            moved.append((document.segments[one].id, with_times(segment, start_s, end_s)))
    return document.replacing(moved)


def free_shift(document: Document, segment_ids: Iterable[SegmentId]) -> tuple[float, float]:
    """By how many seconds these segments can be moved together, at least (earlier, negative) and at most.

    None comes before the recording's beginning, or into the time of a segment that isn't moved further than it was.
    Raises `SegmentUnknown`.
    """
    return _free_shift(document, list(_runs(document, segment_ids)))


def _runs(document: Document, segment_ids: Iterable[SegmentId]) -> Iterator[range]:
    """The places of these segments, those together that follow each other."""
    indexes = sorted(map(document.index, set(segment_ids)))
    first = 0
    for at, index in enumerate(indexes):
        if at + 1 == len(indexes) or indexes[at + 1] != index + 1:
            yield range(indexes[first], index + 1)
            first = at + 1


def _free_shift(document: Document, runs: Sequence[range]) -> tuple[float, float]:
    least_s, most_s = (-inf, inf) if runs else (0.0, 0.0)
    for run in runs:
        low_s, high_s = _room(document, run)
        least_s = max(least_s, low_s - min(document.segments[one].segment.start_s for one in run))
        most_s = min(most_s, high_s - max(document.segments[one].segment.end_s for one in run))
    return least_s, most_s


def _room(document: Document, run: range) -> tuple[float, float]:
    """From when to when these segments, which follow each other, may lie."""
    segments = [document.segments[one].segment for one in run]
    low_s, high_s = 0.0, inf
    if run.start:
        low_s = document.segments[run.start - 1].segment.end_s
    if run.stop < len(document.segments):
        high_s = document.segments[run.stop].segment.start_s
    return min(low_s, *(one.start_s for one in segments)), max(high_s, *(one.end_s for one in segments))


def set_speaker(document: Document, segment_ids: Iterable[SegmentId], name: str | None) -> Edit:
    """Have somebody, or nobody who is known, say these segments. Raises `SegmentUnknown` and `SpeakerNameRefused`."""
    speaker = None if name is None else speaker_name(name)
    return document.replacing((one, replace(document[one], speaker=speaker)) for one in segment_ids)


def rename_speakers(document: Document, names: Mapping[str, str]) -> Edit:
    """New names by present name, in all of the document and all at once, so that two may be swapped.

    Speakers who get the same name are one from then on. Raises `SpeakerNameRefused`.
    """
    chosen = {one_line(present): speaker_name(name) for present, name in names.items()}
    return document.replacing(
        (one.id, replace(one.segment, speaker=chosen[one_line(one.segment.speaker)]))
        for one in document.segments
        if one.segment.speaker is not None and one_line(one.segment.speaker) in chosen
    )


def _within(time_s: float, segment: Segment) -> float:
    return min(max(time_s, segment.start_s), segment.end_s)
