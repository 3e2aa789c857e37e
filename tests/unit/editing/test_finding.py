"""Find and replace."""

import pytest

from core.domain import Segment, Transcript, Word
from core.editing import Document, Place, Query, SegmentId, doubtful_words, find, replace_all

TRANSCRIPT = Transcript(
    (Segment(0, 2, "The art of the start."), Segment(2, 3, "ART $1")), "en", 3.0, "on-device", "tiny.en"
)
DOCUMENT = Document.of(TRANSCRIPT)


def found(query: Query) -> list[tuple[int, int]]:
    return [(place.segment_id, place.begin) for place in find(DOCUMENT, query)]


@pytest.mark.parametrize(
    ("query", "places"),
    [
        (Query("art"), [(0, 4), (0, 17), (1, 0)]),
        (Query("art", match_case=True), [(0, 4), (0, 17)]),
        (Query("art", whole_words=True), [(0, 4), (1, 0)]),
        (Query("ART", match_case=True, whole_words=True), [(1, 0)]),
        (Query("art  of"), [(0, 4)]),
        (Query("$1"), [(1, 4)]),
        (Query("."), [(0, 20)]),
        (Query(" "), []),
        (Query(""), []),
    ],
)
def test_a_text_is_found(query: Query, places: list[tuple[int, int]]) -> None:
    assert found(query) == places


def test_a_replacement_is_taken_letter_by_letter() -> None:
    edit = replace_all(DOCUMENT, Query("art", whole_words=True), r"\1 $&")
    after = DOCUMENT.after(edit)
    assert [one.segment.text for one in after.segments] == [r"The \1 $& of the start.", r"\1 $& $1"]
    assert after.after(edit.inverse()).segments == DOCUMENT.segments


def test_a_replacement_by_nothing_leaves_no_double_space() -> None:
    after = DOCUMENT.after(replace_all(DOCUMENT, Query("art", whole_words=True), ""))
    assert [one.segment.text for one in after.segments] == ["The of the start.", "$1"]


def test_nothing_is_replaced_where_nothing_is_looked_for() -> None:
    assert not replace_all(DOCUMENT, Query(" "), "x")


def test_doubtful_words_are_found_where_the_text_still_has_them() -> None:
    words = (Word(0, 1, "one", 0.9), Word(1, 2, "too", 0.2), Word(2, 3, "three", 0.1))
    document = Document.of(Transcript((Segment(0, 3, "one too 3", words),), "en", 3.0, "p", "m"))
    assert list(doubtful_words(document)) == [Place(SegmentId(0), 4, 7)]
