"""What a person does to a document."""

from dataclasses import replace

import pytest

from core.domain import Segment, Transcript, Word
from core.domain.errors import CutRefused, NothingToJoin, SegmentUnknown, SpeakerNameRefused, TextChanged, TimesRefused
from core.editing import (
    Document,
    SegmentId,
    delete,
    free_shift,
    free_span,
    merge,
    rename_speakers,
    replace_text,
    set_speaker,
    set_times,
    shift_times,
    split,
)
from core.editing.words import cut_words

A, B, C = SegmentId(0), SegmentId(1), SegmentId(2)
FIRST = Segment(0.0, 2.0, "One two.", (Word(0.0, 1.0, "One"), Word(1.0, 2.0, "two.")), "Ann")
SECOND = Segment(3.0, 4.0, "Three?", (Word(3.0, 4.0, "Three?"),), "Bob")
THIRD = Segment(4.0, 5.0, "Four", (), "Ann")
TRANSCRIPT = Transcript((FIRST, SECOND, THIRD), "en", 6.0, "on-device", "tiny.en")


@pytest.fixture
def document() -> Document:
    return Document.of(TRANSCRIPT)


def texts(document: Document) -> list[str]:
    return [one.segment.text for one in document.segments]


def test_an_unchanged_document_is_the_transcript(document: Document) -> None:
    assert document.applied_to(TRANSCRIPT) == TRANSCRIPT


def test_a_text_without_letters_is_left_out_of_the_transcript(document: Document) -> None:
    emptied = document.after(replace_text(document, B, "  "))
    assert [one.text for one in emptied.applied_to(TRANSCRIPT).segments] == ["One two.", "Four"]


def test_nothing_that_cannot_be_seen_gets_into_a_text(document: Document) -> None:
    assert document.after(replace_text(document, C, "Fo\u202eur\n\x1b[1m"))[C].text == "Four [1m"


def test_two_parts_have_the_words_that_were_in_them(document: Document) -> None:
    after = document.after(split(document, A, 4))
    left, right = after.segments[0], after.segments[1]
    assert (left.id, left.segment) == (A, replace(FIRST, end_s=1.0, text="One", words=FIRST.words[:1]))
    assert (right.id, right.segment) == (3, replace(FIRST, start_s=1.0, text="two.", words=FIRST.words[1:]))


def test_a_text_without_words_is_cut_by_its_letters(document: Document) -> None:
    after = document.after(split(document, C, 1))
    assert [(one.segment.start_s, one.segment.end_s) for one in after.segments[2:]] == [(4.0, 4.25), (4.25, 5.0)]


@pytest.mark.parametrize("place", [0, 8, 9, 100])
def test_no_part_without_text_is_cut_off(document: Document, place: int) -> None:
    with pytest.raises(CutRefused):
        split(document, A, place)


def test_joined_segments_have_all_the_words(document: Document) -> None:
    after = document.after(merge(document, [B, A]))
    assert after.segments[0].id == A
    assert after[A] == Segment(0.0, 4.0, "One two. Three?", (*FIRST.words, *SECOND.words), "Ann")
    assert texts(after) == ["One two. Three?", "Four"]


def test_words_are_not_kept_for_a_half_of_a_segment(document: Document) -> None:
    after = document.after(merge(document, [B]))
    assert after[B] == Segment(3.0, 5.0, "Three? Four", (), "Bob")


@pytest.mark.parametrize("chosen", [[A, C], [C], []])
def test_only_what_follows_each_other_is_joined(document: Document, chosen: list[SegmentId]) -> None:
    with pytest.raises(NothingToJoin):
        merge(document, chosen)


def test_several_are_deleted_at_once_and_come_back_at_once(document: Document) -> None:
    edit = delete(document, [A, C, A])
    after = document.after(edit)
    assert texts(after) == ["Three?"]
    assert after.after(edit.inverse()).segments == document.segments


def test_a_new_segment_never_has_the_id_of_one_that_was_undone(document: Document) -> None:
    edit = split(document, A, 4)
    undone = document.after(edit).after(edit.inverse())
    assert undone.segments == document.segments
    assert undone.after(split(undone, A, 4)).segments[1].id == 4


def test_times_reach_as_far_as_the_neighbours(document: Document) -> None:
    assert free_span(document, B) == (2.0, 4.0)
    assert document.after(set_times(document, B, 2.0, 4.0))[B].start_s == 2.0
    assert free_span(document, A) == (0.0, 3.0)
    assert free_span(document, C) == (4.0, float("inf"))


@pytest.mark.parametrize("span", [(1.9, 4.0), (3.0, 4.1), (3.5, 3.55), (4.0, 3.0), (float("nan"), 4.0)])
def test_other_times_are_refused(document: Document, span: tuple[float, float]) -> None:
    with pytest.raises(TimesRefused):
        set_times(document, B, *span)


def test_segments_that_overlap_already_may_stay_so_and_come_apart() -> None:
    overlapping = Document.of(replace(TRANSCRIPT, segments=(FIRST, replace(SECOND, start_s=1.0))))
    assert free_span(overlapping, B) == (1.0, float("inf"))
    assert overlapping.after(set_times(overlapping, B, 2.0, 4.0))[B].start_s == 2.0


def test_several_are_moved_together_as_far_as_the_others_leave_room(document: Document) -> None:
    assert free_shift(document, [B]) == (-1.0, 0.0)
    assert free_shift(document, [B, C]) == (-1.0, float("inf"))
    assert free_shift(document, [A, C]) == (0.0, 1.0)
    assert free_shift(document, []) == (0.0, 0.0)
    edit = shift_times(document, [C, B], 0.5)
    after = document.after(edit)
    assert [(one.segment.start_s, one.segment.end_s) for one in after.segments] == [(0.0, 2.0), (3.5, 4.5), (4.5, 5.5)]
    assert after[B].words == (Word(3.5, 4.5, "Three?"),)
    assert after.after(edit.inverse()).segments == document.segments


@pytest.mark.parametrize("by_s", [-1.1, float("inf"), float("-inf"), float("nan")])
def test_they_are_not_moved_into_the_time_of_others(document: Document, by_s: float) -> None:
    with pytest.raises(TimesRefused):
        shift_times(document, [B, C], by_s)
    with pytest.raises(SegmentUnknown):
        shift_times(document, [SegmentId(7)], 0.0)


def test_what_overlaps_already_can_be_moved_away_but_no_further_in() -> None:
    overlapping = Document.of(replace(TRANSCRIPT, segments=(FIRST, replace(SECOND, start_s=1.0), THIRD)))
    assert free_shift(overlapping, [A]) == (0.0, 0.0)
    assert free_shift(overlapping, [B, C]) == (0.0, float("inf"))


def test_a_speaker_is_renamed_once_for_all(document: Document) -> None:
    after = document.after(rename_speakers(document, {"Ann": " Anna  Lee "}))
    assert [one.segment.speaker for one in after.segments] == ["Anna Lee", "Bob", "Anna Lee"]


def test_two_speakers_can_be_swapped(document: Document) -> None:
    after = document.after(rename_speakers(document, {"Ann": "Bob", "Bob": "Ann"}))
    assert [one.segment.speaker for one in after.segments] == ["Bob", "Ann", "Bob"]


def test_a_segment_may_be_somebody_elses_or_nobodys(document: Document) -> None:
    after = document.after(set_speaker(document, [A, B], "Cy"))
    assert [one.segment.speaker for one in after.segments] == ["Cy", "Cy", "Ann"]
    assert after.after(set_speaker(after, [C], None))[C].speaker is None
    with pytest.raises(SpeakerNameRefused):
        set_speaker(document, [A], " ")


def test_typing_is_one_edit(document: Document) -> None:
    first = replace_text(document, C, "Four f")
    later = document.after(first)
    second = replace_text(later, C, "Four five")
    both = first.followed_by(second)
    assert both is not None
    assert later.after(second).after(both.inverse()).segments == document.segments


def test_edits_of_two_segments_stay_two(document: Document) -> None:
    first = replace_text(document, C, "Four f")
    later = document.after(first)
    assert first.followed_by(replace_text(later, B, "Free?")) is None
    assert first.followed_by(delete(later, [C])) is None
    assert delete(document, [C]).followed_by(first) is None


def test_an_edit_that_changes_nothing_is_none(document: Document) -> None:
    assert not replace_text(document, A, FIRST.text)
    assert not rename_speakers(document, {"nobody": "Ann"})
    assert replace_text(document, A, "x")


def test_an_edit_of_another_text_is_refused(document: Document) -> None:
    edit = replace_text(document, A, "x")
    with pytest.raises(TextChanged):
        document.after(edit).after(edit)
    with pytest.raises(SegmentUnknown):
        replace_text(document, SegmentId(7), "x")


@pytest.mark.parametrize(
    ("segments", "ids"),
    [
        ([THIRD], [C]),
        ([FIRST, THIRD, FIRST, THIRD], [A, 3, 4, C]),
        ([FIRST, replace(SECOND, text="3?"), THIRD], [A, B, C]),
        ([replace(FIRST, text="1"), replace(SECOND, text="2"), THIRD], [A, B, C]),
        ([FIRST, SECOND, THIRD], [A, B, C]),
        ([], []),
    ],
)
def test_another_transcription_changes_only_what_differs_and_can_be_undone(
    document: Document, segments: list[Segment], ids: list[SegmentId]
) -> None:
    edit = document.with_segments(segments)
    after = document.after(edit)
    assert [one.segment for one in after.segments] == segments
    assert [one.id for one in after.segments] == ids
    assert after.after(edit.inverse()).segments == document.segments


def test_words_are_cut_at_many_places_at_once() -> None:
    words = (Word(0, 3, "abc"), Word(3, 4, "spelt otherwise"), Word(4, 8, "defg"))
    whole = Segment(0, 8, "abc defg", words)
    assert cut_words(whole, [1, 2, 4, 6]) == [
        (Word(0, 1, "a"),),
        (Word(1, 2, "b"),),
        (Word(2, 3, "c"), words[1]),
        (Word(4, 6, "de"),),
        (Word(6, 8, "fg"),),
    ]
    assert cut_words(whole, []) == [words]
    assert cut_words(whole, [0, 8]) == [(), words, ()]
