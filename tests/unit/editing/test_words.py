"""Words that follow an edited text."""

from hypothesis import given
from hypothesis import strategies as st

from core.domain import Segment, Word
from core.editing.words import cut_words, with_text, with_times


def segment(text: str, start_s: float = 0.0, each_s: float = 1.0) -> Segment:
    """A word a second."""
    words = tuple(
        Word(start_s + number * each_s, start_s + (number + 1) * each_s, word, 0.25)
        for number, word in enumerate(text.split())
    )
    return Segment(start_s, words[-1].end_s, text, words)


def timed(found: Segment) -> list[tuple[str, float, float]]:
    return [(word.text, round(word.start_s, 3), round(word.end_s, 3)) for word in found.words]


def test_a_corrected_word_takes_the_time_of_the_wrong_one() -> None:
    found = with_text(segment("the wood cutters sing"), "the woodcutters sing")
    assert timed(found) == [("the", 0, 1), ("woodcutters", 1, 3), ("sing", 3, 4)]
    assert [word.probability for word in found.words] == [0.25, 1.0, 0.25]


def test_words_behind_a_deleted_one_keep_their_times() -> None:
    assert timed(with_text(segment("well so the end"), "the end")) == [("the", 2, 3), ("end", 3, 4)]


def test_words_that_are_put_in_share_the_time_between_their_neighbours() -> None:
    spoken = Segment(0.0, 10.0, "one four", (Word(0, 1, "one"), Word(9, 10, "four")))
    found = with_text(spoken, "one two three four")
    assert timed(found) == [("one", 0, 1), ("two", 1, 4), ("three", 4, 9), ("four", 9, 10)]


def test_punctuation_changes_no_time() -> None:
    found = with_text(segment("he said no"), "He said: “no”!")
    assert timed(found) == [("He", 0, 1), ("said", 1, 2), ("no", 2, 3)]


def test_a_part_of_another_word_is_not_the_word() -> None:
    assert timed(with_text(segment("art is long"), "party is long")) == [("party", 0, 1), ("is", 1, 2), ("long", 2, 3)]


def test_words_without_spaces_keep_their_times() -> None:
    spoken = Segment(0, 3, "今天天气好", (Word(0, 1, "今天"), Word(1, 2, "天气"), Word(2, 3, "好")))
    assert timed(with_text(spoken, "今天的天气好")) == [("今天", 0, 1), ("的", 1, 1), ("天气", 1, 2), ("好", 2, 3)]


def test_a_text_without_words_stays_so() -> None:
    assert with_text(Segment(0, 1, "one"), "two") == Segment(0, 1, "two")


def test_an_emptied_text_has_no_words() -> None:
    assert with_text(segment("one two"), "").words == ()


def test_a_word_that_is_cut_is_two() -> None:
    before, behind = cut_words(segment("one woodcutters two", each_s=1.1), [8])
    assert [(word.text, round(word.end_s, 2)) for word in before] == [("one", 1.1), ("wood", 1.5)]
    assert [(word.text, round(word.start_s, 2)) for word in behind] == [("cutters", 1.5), ("two", 2.2)]


def test_moved_words_keep_their_lengths() -> None:
    assert timed(with_times(segment("one two"), 5, 7)) == [("one", 5, 6), ("two", 6, 7)]


def test_words_that_lie_in_the_new_times_stay() -> None:
    spoken = Segment(0, 10, "one two", (Word(1, 2, "one"), Word(2, 3, "two")))
    assert timed(with_times(spoken, 0.5, 4)) == [("one", 1, 2), ("two", 2, 3)]


def test_words_that_do_not_fit_are_pressed_together() -> None:
    assert timed(with_times(segment("one two"), 0, 1)) == [("one", 0, 0.5), ("two", 0.5, 1)]


TEXTS = st.text("ab .今天", max_size=20)


@given(TEXTS.filter(str.strip), TEXTS)
def test_words_stay_in_order_in_the_segment_and_in_the_text(before: str, text: str) -> None:
    spoken = segment(" ".join(before.split()))
    at_s, place = spoken.start_s, 0
    for word in with_text(spoken, text).words:
        assert at_s <= word.start_s <= word.end_s <= spoken.end_s
        place = text.index(word.text, place) + len(word.text)
        at_s = word.end_s


@given(st.lists(st.sampled_from(["one", "two", "three"]), min_size=1, max_size=8), st.data())
def test_what_is_put_in_moves_no_other_word(words: list[str], data: st.DataObject) -> None:
    spoken = segment(" ".join(words))
    place = data.draw(st.integers(0, len(words)))
    found = with_text(spoken, " ".join([*words[:place], "new", *words[place:]]))
    assert [word for word in found.words if word.text != "new"] == list(spoken.words)
