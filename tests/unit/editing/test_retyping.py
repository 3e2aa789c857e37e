"""What a text field makes of segments."""

import pytest

from core.domain import Segment, Transcript, Word
from core.editing import Document, retype

TRANSCRIPT = Transcript(
    (
        Segment(0.0, 2.5, "One two", (Word(0.1, 1.0, "One"), Word(1.0, 2.0, "two")), "Ann"),
        Segment(3.0, 5.0, "three four", (Word(3.0, 4.0, "three"), Word(4.0, 5.0, "four")), "Bob"),
        Segment(8.0, 9.0, "five", (Word(8.0, 9.0, "five"),), "Ann"),
    ),
    "en",
    9.0,
    "on-device",
    "tiny.en",
)
DOCUMENT = Document.of(TRANSCRIPT)

Line = tuple[int, float, float, str, str | None]


def after(count: int, *lines: str, index: int = 0, document: Document = DOCUMENT) -> list[Line]:
    edit = retype(document, index, count, lines)
    changed = document.after(edit)
    assert changed.after(edit.inverse()).segments == document.segments
    return [
        (one.id, one.segment.start_s, one.segment.end_s, one.segment.text, one.segment.speaker)
        for one in changed.segments[index : index + len(lines)]
    ]


def words(count: int, *lines: str) -> list[list[Word]]:
    changed = DOCUMENT.after(retype(DOCUMENT, 0, count, lines))
    return [list(one.segment.words) for one in changed.segments[: len(lines)]]


def test_a_line_that_is_cut_is_two_segments_of_its_speaker() -> None:
    assert after(1, "One", "two") == [(0, 0.0, 1.0, "One", "Ann"), (3, 1.0, 2.5, "two", "Ann")]
    assert words(1, "One", "two") == [[Word(0.1, 1.0, "One")], [Word(1.0, 2.0, "two")]]


def test_lines_that_are_joined_are_the_first_ones() -> None:
    assert after(2, "One two three four") == [(0, 0.0, 5.0, "One two three four", "Ann")]
    assert [word.text for word in words(2, "One two three four")[0]] == ["One", "two", "three", "four"]


def test_a_selection_over_two_lines_is_deleted() -> None:
    assert after(2, "One four") == [(0, 0.0, 5.0, "One four", "Ann")]
    assert words(2, "One four") == [[Word(0.1, 1.0, "One"), Word(4.0, 5.0, "four")]]


def test_what_is_left_of_the_second_line_is_still_said_by_its_speaker_and_then() -> None:
    assert after(2, "four") == [(1, 4.0, 5.0, "four", "Bob")]
    assert words(2, "four") == [[Word(4.0, 5.0, "four")]]


def test_what_is_left_of_the_first_line_ends_with_its_words() -> None:
    assert after(2, "One") == [(0, 0.0, 1.0, "One", "Ann")]


def test_lines_that_nobody_touched_stay_as_they_are() -> None:
    edit = retype(DOCUMENT, 0, 3, ["One two", "three four", "fife"])
    assert len(edit.splices) == 1
    assert edit.typed_in == 2
    assert not retype(DOCUMENT, 0, 3, ["One two", "three  four ", "five"])


def test_a_new_line_lies_between_its_neighbours() -> None:
    assert after(1, "three four", "", index=1) == [(1, 3.0, 5.0, "three four", "Bob"), (3, 5.0, 8.0, "", "Bob")]
    assert after(1, "", "One two") == [(3, 0.0, 0.0, "", "Ann"), (0, 0.0, 2.5, "One two", "Ann")]


def test_several_new_lines_share_the_time() -> None:
    lines = after(1, "three four", "abc", "d", index=1)
    assert [line[1:4] for line in lines] == [(3.0, 5.0, "three four"), (5.0, 7.25, "abc"), (7.25, 8.0, "d")]


def test_text_without_words_is_timed_by_its_letters() -> None:
    plain = Document.of(Transcript((Segment(0, 8, "abcd efg"), Segment(8, 10, "hi")), "en", 10, "p", "m"))
    assert [line[1:4] for line in after(1, "abcd", "efg", document=plain)] == [(0, 4, "abcd"), (5, 8, "efg")]
    assert [line[1:4] for line in after(2, "efg hi", document=plain)] == [(5, 10, "efg hi")]


@pytest.mark.parametrize("lines", [["a", "b"], []])
def test_an_empty_document_can_be_written_in(lines: list[str]) -> None:
    empty = Document.of(Transcript((), "en", 9.0, "p", "m"))
    assert [line[3] for line in after(0, *lines, document=empty)] == lines
