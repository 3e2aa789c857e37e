import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain import Segment, Word
from core.providers.answers.repetition import LONGEST_PHRASE, has_run, kept_units, repeats_needed, without_loops

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
    segments = [Segment(i / 4, (i + 1) / 4, ("I know that.", "You know this.")[i % 2]) for i in range(12)]
    assert without_loops(segments) == tuple(segments[:2])


def test_words_and_end_follow_the_text() -> None:
    words = tuple(Word(i / 20, (i + 1) / 20, word) for i, word in enumerate(["Oh,", *["my", "my"] * 8, "dear."]))
    segment = Segment(0.0, 0.9, " ".join(word.text for word in words), words)
    (left,) = without_loops([segment])
    assert left.text == "Oh, my dear."
    assert [word.text for word in left.words] == ["Oh,", "my", "dear."]
    assert left.end_s == 0.9


@pytest.mark.parametrize("repeats", [5, 8, 20])
@pytest.mark.parametrize("pause_s", [0.0, 0.3, 2.0, 7.0])
@pytest.mark.parametrize("text", ["I am calm and strong.", "Go forward ten meters.", "Here!", "今天天气很好。"])
def test_what_has_the_time_to_be_said_again_and_again_stays(text: str, pause_s: float, repeats: int) -> None:
    segments = [Segment(i * (2.0 + pause_s), i * (2.0 + pause_s) + 2.0, text) for i in range(repeats)]
    assert without_loops(segments) == tuple(segments)


def test_a_repeat_of_slow_words_in_one_segment_stays() -> None:
    words = tuple(Word(i * 0.4, i * 0.4 + 0.3, word) for i, word in enumerate(["go", "forward", "ten", "meters"] * 7))
    segment = Segment(0.0, words[-1].end_s, " ".join(word.text for word in words), words)
    assert without_loops([segment]) == (segment,)


def test_a_loop_is_cut_whose_words_lie_at_one_place() -> None:
    words = tuple(
        Word(1 + i * 0.4, 1.3 + i * 0.4, text) if i < 4 else Word(3.0, 3.0, text)
        for i, text in enumerate(["go", "forward", "ten", "meters"] * 30)
    )
    segment = Segment(0.0, 30.0, " ".join(word.text for word in words), words)
    (left,) = without_loops([segment])
    assert left.text == "go forward ten meters"


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


@pytest.mark.parametrize(
    ("text", "is_run"),
    [
        ("Go forward ten meters. Go forward, ten meters! go forward ten meters", True),
        ("And so it was no, no, no.", True),
        ("我们走我们走我们走", True),
        ("Go forward ten meters. Go forward ten meters.", False),
        ("It was the best of times, it was the worst of times, it was the age of wisdom, it was the age", False),
        ("", False),
    ],
)
def test_only_the_same_in_a_row_is_a_run(text: str, is_run: bool) -> None:
    assert has_run(text, 3) is is_run
