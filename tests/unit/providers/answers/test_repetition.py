import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain import Segment, Word
from core.providers.answers.repetition import LONGEST_PHRASE, kept_units, repeats_needed, without_loops

DICKENS = (
    "It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of foolishness, "
    "it was the epoch of belief, it was the epoch of incredulity, it was the season of Light, it was the season of "
    "Darkness, it was the spring of hope, it was the winter of despair."
)


def cut(text: str) -> str:
    return " ".join(segment.text for segment in without_loops([Segment(0.0, 1.0, text)]))


@pytest.mark.parametrize(
    "text",
    [
        DICKENS,
        "No, no, no.",
        "It was very very very very very cold.",
        "Ha ha ha ha ha ha ha ha!",
        "Row, row, row your boat. " * 3,
        "We shall overcome, we shall overcome, we shall overcome some day.",
        "One, two, three, four, five, six, seven, eight, nine, ten, eleven, twelve.",
        "Left, right, left, right, left, right.",
        "Ever tried. Ever failed. No matter. Try again. Fail again. Fail better.",
        "",
    ],
)
def test_what_people_repeat_stays(text: str) -> None:
    assert cut(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (
            "So, thank you for watching. " + "I will see you there. " * 9,
            "So, thank you for watching. I will see you there.",
        ),
        ("Salamat Pagi. " * 20, "Salamat Pagi."),
        ("the " * 40, "the"),
        ("and we are live " * 12 + "and we", "and we are live"),
        ("and it goes on and on " + "you " * 30 + "until morning", "and it goes on and on you until morning"),
        ("NO MATTER, no matter. No matter " * 5, "NO MATTER,"),
        ("ありがとう" * 9, "ありがとう"),
    ],
)
def test_a_loop_is_cut_to_one_occurrence(text: str, left: str) -> None:
    assert cut(text).strip() == left


def test_a_loop_across_segments_leaves_the_first_of_them() -> None:
    segments = [Segment(float(i), i + 1.0, "See you in the next video.") for i in range(10)]
    assert without_loops([Segment(0.0, 0.5, "Hello."), *segments]) == (Segment(0.0, 0.5, "Hello."), segments[0])


def test_two_segments_that_take_turns_are_cut_too() -> None:
    segments = [Segment(float(i), i + 1.0, ("I know that.", "You know this.")[i % 2]) for i in range(12)]
    assert without_loops(segments) == tuple(segments[:2])


def test_words_and_end_follow_the_text() -> None:
    words = tuple(Word(float(i), i + 1.0, word) for i, word in enumerate(["Oh,", *["my", "my"] * 8, "dear."]))
    segment = Segment(0.0, 18.0, " ".join(word.text for word in words), words)
    (left,) = without_loops([segment])
    assert left.text == "Oh, my dear."
    assert [word.text for word in left.words] == ["Oh,", "my", "dear."]
    assert left.end_s == 18.0


def test_segments_without_a_loop_are_handed_back_as_they_are() -> None:
    segments = [Segment(0.0, 1.0, "One  thing."), Segment(1.0, 2.0, "Another - thing.")]
    assert all(a is b for a, b in zip(without_loops(segments), segments, strict=True))


units = st.lists(st.sampled_from(["a", "b", "c", "go,", "Go", "no."]), max_size=60)


@given(units)
def test_only_takes_away_and_keeps_the_order(words: list[str]) -> None:
    kept = kept_units(words)
    assert kept == sorted(set(kept))
    assert all(0 <= index < len(words) for index in kept)
    assert bool(kept) == bool(words)


@given(units)
def test_a_second_pass_finds_nothing(words: list[str]) -> None:
    once = [words[index] for index in kept_units(words)]
    assert kept_units(once) == list(range(len(once)))


@given(
    st.lists(st.integers(0, 10**6).map(lambda number: f"w{number}"), unique=True, max_size=LONGEST_PHRASE), st.data()
)
def test_the_threshold_is_sharp(phrase: list[str], data: st.DataObject) -> None:
    if not phrase:
        return
    needed = repeats_needed(len(phrase))
    fewer = data.draw(st.integers(1, needed - 1))
    assert len(kept_units(phrase * fewer)) == len(phrase) * fewer
    assert kept_units(phrase * needed) == list(range(len(phrase)))
