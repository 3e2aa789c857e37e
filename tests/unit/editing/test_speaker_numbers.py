"""A speaker keeps the number, and so the colour, under whatever name; no two have the same."""

from dataclasses import replace

import pytest

from core.domain import Segment, Transcript
from core.editing import (
    Document,
    Edit,
    SegmentId,
    SpeakerNumbers,
    delete,
    merge,
    rename_speakers,
    replace_text,
    set_speaker,
    split,
)

NAMES = ("Ann", "Bob", "Ann", None, "Cy")


class Editor:
    """A document with the numbers of its speakers, as a session has them."""

    def __init__(self, *names: str | None) -> None:
        segments = tuple(Segment(at, at + 1.0, "Some text.", (), name) for at, name in enumerate(names))
        self.document = Document.of(Transcript(segments, "en", 9.0, "p", "m"))
        self.numbers = SpeakerNumbers.of(self.document)

    def do(self, edit: Edit) -> Edit:
        self.document = self.document.after(edit)
        self.numbers = self.numbers.after(edit, self.document)
        return edit

    @property
    def shown(self) -> list[int]:
        return [self.numbers[one.segment.speaker or ""] for one in self.document.segments]


@pytest.fixture
def editor() -> Editor:
    return Editor(*NAMES)


def test_speakers_are_counted_by_first_appearance(editor: Editor) -> None:
    assert editor.shown == [1, 2, 1, 0, 3]
    assert Editor(" Ann\n", "Ann").shown == [1, 1]
    assert editor.numbers["nobody"] == 0


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        ({"Ann": "Zoe"}, [1, 2, 1, 0, 3]),
        ({"Ann": "Bob", "Bob": "Ann"}, [1, 2, 1, 0, 3]),
        ({"Ann": "Bob", "Bob": "Cy", "Cy": "Ann"}, [1, 2, 1, 0, 3]),
        ({"Cy": "Ann", "Ann": "Di"}, [1, 2, 1, 0, 3]),
        ({"Ann": "Bob"}, [2, 2, 2, 0, 3]),
        ({"Bob": "Ann", "Cy": "Ann"}, [1, 1, 1, 0, 1]),
        ({"Bob": "Di", "Cy": "Di"}, [1, 2, 1, 0, 2]),
    ],
)
def test_numbers_stay_where_names_change_and_come_back(editor: Editor, names: dict[str, str], shown: list[int]) -> None:
    edit = editor.do(rename_speakers(editor.document, names))
    assert editor.shown == shown
    editor.do(edit.inverse())
    assert editor.shown == [1, 2, 1, 0, 3]
    editor.do(edit)
    assert editor.shown == shown


def test_a_name_given_to_some_segments_is_another_speaker(editor: Editor) -> None:
    editor.do(set_speaker(editor.document, [SegmentId(0)], "Di"))
    assert editor.shown == [4, 2, 1, 0, 3]
    editor.do(set_speaker(editor.document, [SegmentId(3)], "Bob"))
    assert editor.shown == [4, 2, 1, 2, 3]


def test_a_speaker_who_comes_back_has_the_same_number(editor: Editor) -> None:
    edit = editor.do(delete(editor.document, [SegmentId(1)]))
    editor.do(set_speaker(editor.document, [SegmentId(3)], "Di"))
    assert editor.shown == [1, 1, 4, 3]
    editor.do(set_speaker(editor.document, [SegmentId(3)], None))
    editor.do(edit.inverse())
    assert editor.shown == [1, 2, 1, 0, 3]


def test_a_name_that_was_left_by_one_is_another_speaker_s_with_another_number(editor: Editor) -> None:
    editor.do(rename_speakers(editor.document, {"Ann": "Zoe"}))
    editor.do(set_speaker(editor.document, [SegmentId(3)], "Ann"))
    assert editor.shown == [1, 2, 1, 4, 3]


def test_what_is_no_speaker_s_matter_costs_nothing(editor: Editor) -> None:
    before = editor.numbers
    for edit in (
        replace_text(editor.document, SegmentId(0), "Other text."),
        split(editor.document, SegmentId(0), 5),
        merge(editor.document, [SegmentId(0), SegmentId(1)]),
        delete(editor.document, [SegmentId(2)]),
    ):
        assert before.after(edit, editor.document.after(edit)) is before


def test_a_transcript_that_comes_from_elsewhere_with_a_new_name_keeps_the_numbers(editor: Editor) -> None:
    segments = [
        replace(one.segment, speaker="Anna" if one.segment.speaker == "Ann" else one.segment.speaker)
        for one in editor.document.segments
    ]
    editor.do(editor.document.with_segments(segments))
    assert editor.shown == [1, 2, 1, 0, 3]
