"""Words get the speaker who speaks while they are said, and no text is lost where a segment is split."""

import itertools
import re
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain import Segment, Word
from core.voices import Turn, assigned, speaker_name

TURNS = (Turn(0.0, 2.0, 1), Turn(2.5, 4.0, 2), Turn(4.0, 6.0, 1))


def segment(text: str, *times: tuple[float, float], texts: tuple[str, ...] | None = None) -> Segment:
    words = tuple(Word(*time, word) for time, word in zip(times, texts or text.split(), strict=True))
    return Segment(words[0].start_s, words[-1].end_s, text, words)


def told(segments: tuple[Segment, ...]) -> list[tuple[str | None, str]]:
    return [(one.speaker, one.text) for one in segments]


def test_a_segment_is_split_where_the_speaker_changes() -> None:
    said = segment("Are you sure? Yes. Good", (0.1, 0.5), (0.5, 1.0), (1.0, 1.9), (2.6, 3.0), (4.2, 4.9))

    pieces = assigned([said], TURNS)

    assert told(pieces) == [("Speaker 1", "Are you sure?"), ("Speaker 2", "Yes."), ("Speaker 1", "Good")]
    assert [(one.start_s, one.end_s) for one in pieces] == [(0.1, 1.9), (2.6, 3.0), (4.2, 4.9)]
    assert [len(one.words) for one in pieces] == [3, 1, 1]


def test_a_word_on_a_boundary_belongs_to_who_speaks_most_of_it() -> None:
    said = segment("one two", (3.0, 3.9), (3.9, 4.3))

    assert told(assigned([said], TURNS)) == [("Speaker 2", "one"), ("Speaker 1", "two")]


@pytest.mark.parametrize(("at_s", "speaker"), [(2.1, 1), (2.4, 2), (7.0, 1), (-1.0, 1)])
def test_a_word_in_no_turn_belongs_to_the_nearest(at_s: float, speaker: int) -> None:
    said = segment("word", (at_s, at_s))

    assert assigned([said], TURNS)[0].speaker == speaker_name(speaker)


def test_a_segment_without_words_belongs_to_who_speaks_most_of_it() -> None:
    said = Segment(1.5, 5.9, "No times of words.")

    assert assigned([said], TURNS) == (Segment(1.5, 5.9, "No times of words.", speaker="Speaker 1"),)


def test_words_that_are_spelt_otherwise_than_the_text_stay_with_those_around() -> None:
    said = segment(
        "5 % of it. No", (0.1, 0.4), (0.4, 0.9), (0.9, 1.4), (2.6, 3.9), texts=("five", "percent", "it", "No")
    )

    pieces = assigned([said], TURNS)

    assert told(pieces) == [("Speaker 1", "5 % of it."), ("Speaker 2", "No")]
    assert [len(one.words) for one in pieces] == [3, 1]


def test_a_segment_none_of_whose_words_are_in_its_text_stays_whole() -> None:
    said = segment("5 %", (0.1, 0.5), (2.6, 3.9), texts=("five", "percent"))

    assert told(assigned([said], TURNS)) == [("Speaker 1", "5 %")]


@pytest.mark.parametrize(
    ("text", "texts", "pieces"),
    [
        ("Well… “Why?”", ("Well", "Why"), ["Well…", "“Why?”"]),
        ("Ya. ¿Qué?", ("Ya", "Qué"), ["Ya.", "¿Qué?"]),
        ('said. "No"', ("said", "No"), ["said.", '"No"']),
        ('"Go." No', ("Go", "No"), ['"Go."', "No"]),
        ("你好。再见！", ("你好", "再见"), ["你好。", "再见！"]),  # noqa: RUF001
        ("はい「いいえ」", ("はい", "いいえ"), ["はい", "「いいえ」"]),
        ("Yes - no", ("Yes", "-", "no"), ["Yes -", "no"]),
    ],
)
def test_punctuation_stays_with_its_word(text: str, texts: tuple[str, ...], pieces: list[str]) -> None:
    times = [(0.5, 1.0), *([(2.6, 2.6)] * (len(texts) - 2)), (3.0, 3.5)]
    said = segment(text, *times, texts=texts)

    assert [one.text for one in assigned([said], TURNS)] == pieces


def test_two_who_speak_at_once_are_told_by_the_longer_share() -> None:
    turns = (Turn(0.0, 10.0, 1), Turn(1.0, 1.5, 2), Turn(3.0, 5.0, 2))
    said = segment("both mine", (4.8, 5.6), (8.0, 9.0))

    assert told(assigned([said], turns)) == [("Speaker 1", "both mine")]


def test_without_turns_nothing_changes() -> None:
    said = Segment(0.0, 1.0, "Hello.", speaker="Speaker 2.1")

    assert assigned([said], ()) == (said,)


TEXTS = st.lists(st.text("ab.,?!-", min_size=1, max_size=6), min_size=1, max_size=25)


@given(TEXTS, st.randoms(use_true_random=False), st.sampled_from([" ", "", ". ", "、", ' "']))
def test_no_text_is_lost_or_moved_wherever_the_turns_are(texts: list[str], random: Random, between: str) -> None:
    at_s, words = 0.0, []
    for text in texts:
        at_s += random.uniform(0, 1)
        words.append(Word(at_s, at_s := at_s + random.uniform(0, 0.5), text))
    said = Segment(words[0].start_s, at_s, between.join(texts), tuple(words))
    edges = sorted(random.uniform(-1, at_s + 1) for _ in range(12))
    turns = [Turn(a, b, random.randint(1, 3)) for a, b in itertools.pairwise(edges)]

    pieces = assigned([said], turns)

    assert re.sub(r"\s", "", "".join(one.text for one in pieces)) == re.sub(r"\s", "", said.text)
    if len(pieces) > 1 or pieces[0].words:
        assert tuple(word for one in pieces for word in one.words) == said.words
    assert all(one.start_s <= one.end_s for one in pieces)
    assert all(a.start_s <= b.start_s for a, b in itertools.pairwise(pieces))
    assert all(a.speaker != b.speaker for a, b in itertools.pairwise(pieces))
    assert assigned(pieces, turns) == pieces


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 8), st.integers(1, 4)), min_size=1, max_size=30), st.data())
def test_the_speaker_is_the_one_that_all_turns_give(spans: list[tuple[float, float, int]], data: st.DataObject) -> None:
    turns = [Turn(start, start + length, speaker) for start, length, speaker in spans]
    start_s = data.draw(st.floats(-5, 110))
    end_s = start_s + data.draw(st.floats(0.1, 3))

    speaker = assigned([Segment(start_s, end_s, "word")], turns)[0].speaker

    shares = {speaker_name(n): 0.0 for _, _, n in spans}
    for turn in turns:
        shares[speaker_name(turn.speaker)] += max(0.0, min(turn.end_s, end_s) - max(turn.start_s, start_s))
    if any(shares.values()):
        assert shares[str(speaker)] == pytest.approx(max(shares.values()))
    else:
        apart = {t: max(t.start_s - end_s, start_s - t.end_s) for t in turns}
        nearest = min(apart.values())
        assert speaker in {speaker_name(turn.speaker) for turn, gap in apart.items() if gap == pytest.approx(nearest)}
