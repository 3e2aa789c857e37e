"""What leads from one document to a later or an earlier one, whatever was edited in between."""

from collections.abc import Sequence

from core.editing.document import Document, Edit, EditedSegment, Splice


def difference(before: Document, after: Document) -> Edit:
    """The edit that makes `before` the other one; both are of the same transcript.

    Segments that both have stay where they follow each other in the same order. It takes time for those alone that lie
    between the first and the last that differ.
    """
    one, other = before.segments, after.segments
    most = min(len(one), len(other))
    head = next((n for n in range(most) if one[n] is not other[n]), most)
    tail = next((n for n in range(most - head) if one[-1 - n] is not other[-1 - n]), most - head)
    splices = _splices(one[head : len(one) - tail], other[head : len(other) - tail], head)
    return Edit(tuple(reversed(splices)))


def _splices(before: Sequence[EditedSegment], after: Sequence[EditedSegment], index: int) -> list[Splice]:
    """From the beginning to the end; the first of `before` is at `index`."""
    places = {one.id: place for place, one in enumerate(after)}
    splices, begin, at = [], 0, 0
    for number, one in enumerate(before):
        place = places.get(one.id, -1)
        if place < at:  # It is gone, or stands before one that was looked at already.
            continue
        if begin < number or at < place:
            splices.append(Splice(index + begin, tuple(before[begin:number]), tuple(after[at:place])))
        if one is not after[place]:
            splices.append(Splice(index + number, (one,), (after[place],)))
        begin, at = number + 1, place + 1
    if begin < len(before) or at < len(after):
        splices.append(Splice(index + begin, tuple(before[begin:]), tuple(after[at:])))
    return splices
