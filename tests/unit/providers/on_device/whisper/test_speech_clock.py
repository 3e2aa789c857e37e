from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain import Word
from core.providers.on_device.whisper.speech_clock import SpeechClock, Utterance

TWO = (Utterance(0.4, 5.0, 0.0, 0.0, 5.4), Utterance(5.8, 9.0, 30.0, 5.4, 9.4))
"""Two utterances with 30 s of silence between them that were left out."""


def words(*times: tuple[float, float, str]) -> list[Word]:
    return [Word(start_s, end_s, text) for start_s, end_s, text in times]


def test_a_pause_belongs_to_no_word() -> None:
    placed = SpeechClock(TWO).place(
        words((0.5, 4.0, "printed"), (4.0, 5.7, "book."), (5.7, 6.2, "He"), (6.2, 9, "was"))
    )
    assert [(round(word.start_s, 3), round(word.end_s, 3)) for word in placed] == [
        (0.4, 4.0),
        (4.0, 5.0),
        (35.8, 36.2),
        (36.2, 39.0),
    ]


def test_a_word_across_a_silence_lies_where_most_of_it_is() -> None:
    early, late = words((4.8, 7.0, "He")), words((3.0, 6.0, "book."))
    assert SpeechClock(TWO).place(early)[0].start_s == pytest.approx(35.8)
    assert SpeechClock(TWO).place(late)[0].end_s == pytest.approx(5.0)


def test_words_that_were_heard_too_early_share_the_time_of_the_next_one() -> None:
    placed = SpeechClock(TWO).place(words((5.5, 5.6, "in"), (5.6, 5.75, "the"), (5.75, 7.0, "beginning")))
    assert placed[0].start_s == pytest.approx(35.8)
    assert placed[-1].end_s == pytest.approx(37.0)
    assert all(word.end_s > word.start_s for word in placed)


def test_speech_that_was_not_detected_keeps_its_times() -> None:
    kept = (Utterance(0.0, 2.0, 0.0, 0.0, 8.0), Utterance(4.0, 8.0, 0.0, 0.0, 8.0))
    quiet = words((1.0, 2.0, "so"), (2.2, 2.6, "quiet"), (2.6, 3.0, "words"), (3.0, 3.4, "here"), (4.2, 8.0, "loud"))
    assert [word.start_s for word in SpeechClock(kept).place(quiet)][1:4] == [2.2, 2.6, 3.0]


def test_without_speech_times_stay() -> None:
    assert SpeechClock(()).place(words((1.0, 2.0, "so"))) == tuple(words((1.0, 2.0, "so")))
    (phrase,) = SpeechClock(()).phrases(1.0, 2.0, "so it is")
    assert (phrase.start_s, phrase.end_s, phrase.text) == (1.0, 2.0, "so it is")


def test_text_without_words_is_cut_where_nobody_speaks() -> None:
    before, behind = SpeechClock(TWO).phrases(0.4, 9.0, "what was said before the long pause and what was said after")
    assert (before.start_s, before.end_s) == (pytest.approx(0.4), pytest.approx(5.0))
    assert (behind.start_s, behind.end_s) == (pytest.approx(35.8), pytest.approx(39.0))
    assert f"{before.text} {behind.text}" == "what was said before the long pause and what was said after"


def test_text_that_begins_in_a_pause_lies_behind_it() -> None:
    (phrase,) = SpeechClock(TWO).phrases(5.2, 8.0, "said after it")
    assert phrase.start_s == pytest.approx(35.8)


@st.composite
def clocks(draw: st.DrawFn) -> tuple[Utterance, ...]:
    at_s, shift_s, found = 0.0, 0.0, []
    for pause_s, length_s, skipped_s in draw(
        st.lists(st.tuples(st.floats(0.2, 2), st.floats(0.1, 8), st.sampled_from([0.0, 0.0, 40.0])), min_size=1)
    ):
        shift_s += skipped_s
        start_s = at_s + pause_s
        found.append(Utterance(start_s, start_s + length_s, shift_s, start_s - pause_s / 2, start_s + length_s + 0.1))
        at_s = start_s + length_s
    return tuple(found)


@given(clocks(), st.lists(st.tuples(st.floats(0, 2), st.text("ab ", min_size=1, max_size=9)), max_size=40))
def test_words_stay_in_order_and_within_the_speech(
    utterances: tuple[Utterance, ...], lengths: list[tuple[float, str]]
) -> None:
    at_s, heard = 0.0, []
    for length_s, text in lengths:
        heard.append(Word(at_s, at_s + length_s, text))
        at_s += length_s
    placed = SpeechClock(utterances).place(heard)
    assert [word.text for word in placed] == [word.text for word in heard]
    assert all(word.start_s <= word.end_s + 1e-9 for word in placed)
    assert all(left.end_s <= right.start_s + 1e-6 for left, right in pairwise(placed))
    first, last = utterances[0], utterances[-1]
    limits = (first.earliest_s + first.shift_s - 1e-6, last.latest_s + last.shift_s + 1e-6)
    assert all(limits[0] <= word.start_s and word.end_s <= limits[1] for word in placed)


@given(clocks(), st.floats(0, 50), st.floats(0, 50), st.lists(st.text("abc", min_size=1), min_size=1, max_size=30))
def test_phrases_lose_no_text(
    utterances: tuple[Utterance, ...], start_s: float, more_s: float, text: list[str]
) -> None:
    found = SpeechClock(utterances).phrases(start_s, start_s + more_s, " ".join(text))
    assert " ".join(phrase.text for phrase in found) == " ".join(text)
    assert all(phrase.start_s <= phrase.end_s for phrase in found)
    assert all(left.end_s <= right.start_s + 1e-6 for left, right in pairwise(found))


def test_speech_without_words_is_told() -> None:
    row = tuple(Utterance(4.0 * i, 4.0 * i + 2.0, 0.0, 0.0, 20.0) for i in range(5))
    clock = SpeechClock(row)
    assert clock.unheard(words((0.0, 2.0, "one"), (8.1, 9.0, "three")), 0.0, 20.0) == [(3.0, 7.0), (11.0, 20.0)]
    assert clock.unheard(words((0.0, 2.0, "one"), (8.1, 9.0, "three")), 0.0, 11.0) == [(3.0, 7.0)]
    assert clock.unheard([Word(4.0 * i, 4.0 * i + 1, "word") for i in range(5)], 0.0, 20.0) == []


def test_a_breath_without_words_is_none() -> None:
    row = (Utterance(0.0, 2.0, 0.0, 0.0, 9.0), Utterance(3.0, 3.8, 0.0, 0.0, 9.0), Utterance(5.0, 8.0, 0.0, 0.0, 9.0))
    assert SpeechClock(row).unheard(words((0.0, 2.0, "one"), (5.0, 8.0, "two")), 0.0, 9.0) == []
