"""A transcript that is being edited: immutable, with an id for each segment, changed by edits that can be undone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NewType

from core.domain.errors import SegmentUnknown, TextChanged
from core.domain.transcript import Segment, Transcript

SegmentId = NewType("SegmentId", int)
"""Names a segment of one document as long as that is open; a segment that is made anew never gets an earlier one."""


@dataclass(frozen=True, slots=True)
class EditedSegment:
    """A segment of a document. Its text may be empty while a person types."""

    id: SegmentId
    segment: Segment


@dataclass(frozen=True, slots=True)
class Splice:
    """In place of the segments `before`, which begin at `index`, there are the segments `after`."""

    index: int
    before: tuple[EditedSegment, ...]
    after: tuple[EditedSegment, ...]

    def inverse(self) -> "Splice":
        """What takes it back."""
        return Splice(self.index, self.after, self.before)


@dataclass(frozen=True, slots=True)
class Edit:
    """What a person does at once: splices from the document's end to its beginning, each of other segments."""

    splices: tuple[Splice, ...]

    def __bool__(self) -> bool:
        return any(splice.before != splice.after for splice in self.splices)

    def inverse(self) -> "Edit":
        """What takes it back; it can be taken back in turn."""
        return Edit(tuple(splice.inverse() for splice in reversed(self.splices)))

    @property
    def typed_in(self) -> SegmentId | None:
        """The segment whose content alone differs; None for an edit of another kind."""
        if len(self.splices) == 1 and len(self.splices[0].before) == len(self.splices[0].after) == 1:
            before, after = self.splices[0].before[0].id, self.splices[0].after[0].id
            return before if before == after else None
        return None

    def followed_by(self, later: "Edit") -> "Edit | None":
        """Both as one edit where they differ in one and the same segment, as typing does; else None."""
        if self.typed_in is None or self.typed_in != later.typed_in:
            return None
        first, second = self.splices[0], later.splices[0]
        return Edit((Splice(second.index, first.before, second.after),))


@dataclass(frozen=True)
class Document:
    """The segments in their order. `next_id` is higher than every id that was ever given out."""

    segments: tuple[EditedSegment, ...]
    next_id: int

    @classmethod
    def of(cls, transcript: Transcript) -> "Document":
        """The document of a transcript, with ids counted from 0."""
        segments = tuple(EditedSegment(SegmentId(number), one) for number, one in enumerate(transcript.segments))
        return cls(segments, len(segments))

    def applied_to(self, transcript: Transcript) -> Transcript:
        """The transcript with this document's segments, without those that have no text."""
        return replace(transcript, segments=tuple(one.segment for one in self.segments if one.segment.text.strip()))

    @cached_property
    def _indexes(self) -> dict[SegmentId, int]:
        return {one.id: index for index, one in enumerate(self.segments)}

    def index(self, segment_id: SegmentId) -> int:
        """The place of a segment. Raises `SegmentUnknown`."""
        try:
            return self._indexes[segment_id]
        except KeyError:
            raise SegmentUnknown from None

    def __getitem__(self, segment_id: SegmentId) -> Segment:
        """The segment with this id. Raises `SegmentUnknown`."""
        return self.segments[self.index(segment_id)].segment

    def after(self, edit: Edit) -> "Document":
        """The document as the edit leaves it. Raises `TextChanged` where the edit was made of another document."""
        segments = list(self.segments)
        next_id = self.next_id
        is_in_place = True
        for splice in edit.splices:
            end = splice.index + len(splice.before)
            if tuple(segments[splice.index : end]) != splice.before:
                raise TextChanged
            segments[splice.index : end] = splice.after
            next_id = max(next_id, *(one.id + 1 for one in splice.after), 0)
            is_in_place = is_in_place and [one.id for one in splice.before] == [one.id for one in splice.after]
        after = Document(tuple(segments), next_id)
        if is_in_place and "_indexes" in self.__dict__:  # As at each key: all have the places that they had.
            after.__dict__["_indexes"] = self._indexes
        return after

    def replacing(self, changed: Iterable[tuple[SegmentId, Segment]]) -> Edit:
        """The edit that gives each of these segments another content. Raises `SegmentUnknown`."""
        splices = []
        for segment_id, content in changed:
            index = self.index(segment_id)
            before = self.segments[index]
            if before.segment != content:
                splices.append(Splice(index, (before,), (replace(before, segment=content),)))
        return Edit(tuple(sorted(splices, key=lambda splice: -splice.index)))

    def with_segments(self, segments: Sequence[Segment]) -> Edit:
        """The edit that has the document consist of these, as after another transcription.

        What is the same at the beginning and the end stays. As many segments as before keep their ids.
        """
        most = min(len(self.segments), len(segments))
        head = next((n for n in range(most) if self.segments[n].segment != segments[n]), most)
        tail = next((n for n in range(most - head) if self.segments[-1 - n].segment != segments[-1 - n]), most - head)
        before = self.segments[head : len(self.segments) - tail]
        changed = segments[head : len(segments) - tail]
        if len(before) == len(changed):
            return self.replacing((one.id, segment) for one, segment in zip(before, changed, strict=True))
        after = tuple(EditedSegment(SegmentId(self.next_id + number), one) for number, one in enumerate(changed))
        return Edit((Splice(head, before, after),))
