"""Two texts of the same seconds become one, with no word lost and none twice."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain import Segment, Word
from core.stitch.joint import join
from tests.property_examples import share_of_examples


def spoken(texts: list[str], lengths_s: list[float]) -> list[Word]:
    words, at_s = [], 0.0
    for text, length_s in zip(texts, lengths_s, strict=True):
        words.append(Word(at_s, at_s + length_s, text))
        at_s += length_s
    return words


def heard(words: list[Word], from_s: float, to_s: float, random: Random, *, times: bool) -> list[Segment]:
    """What a provider makes of a stretch: times slightly off, words that are cut in two misheard, some sentences."""
    within = [word for word in words if word.end_s > from_s and word.start_s < to_s]
    said = []
    for word in within:
        is_cut = word.start_s < from_s or word.end_s > to_s
        shift_s = random.uniform(-0.05, 0.05)
        said.append(
            Word(
                max(from_s, word.start_s + shift_s),
                min(to_s, word.end_s + shift_s),
                "zzz" if is_cut else word.text,
            )
        )
    segments = []
    while said:
        size = random.randint(3, 12)
        sentence, said = said[:size], said[size:]
        text = " ".join(word.text for word in sentence)
        segments.append(Segment(sentence[0].start_s, sentence[-1].end_s, text, tuple(sentence) if times else ()))
    return segments


SPEECH = st.lists(
    st.tuples(st.text("abcdefgh", min_size=2, max_size=8), st.floats(0.15, 0.6)), min_size=60, max_size=90
)


@settings(max_examples=share_of_examples(0.5))
@given(SPEECH, st.floats(8, 14), st.randoms(use_true_random=False))
def test_no_word_is_lost_and_none_doubled(speech: list[tuple[str, float]], cut_s: float, random: Random) -> None:
    words = spoken([text for text, _ in speech], [length_s for _, length_s in speech])
    from_s, to_s = cut_s - 2, cut_s + 2
    if words[-1].end_s < to_s + 1:
        return
    before = heard(words, 0, to_s, random, times=True)
    after = heard(words, from_s, words[-1].end_s, random, times=True)

    first, second = join(before, after, from_s, to_s)

    text = " ".join(segment.text for segment in (*first, *second)).split()
    assert text == [word.text for word in words]
    assert [word.text for segment in (*first, *second) for word in segment.words] == text
    for segment in (*first, *second):
        assert segment.start_s <= segment.end_s
        assert segment.text.split() == [word.text for word in segment.words]


@pytest.mark.parametrize("length_s", [0.2, 0.5])
@pytest.mark.parametrize("seed", range(20))
def test_the_same_word_again_and_again_is_counted_right(length_s: float, seed: int) -> None:
    words = spoken(["yes"] * 90, [length_s] * 90)
    random = Random(seed)
    before = heard(words, 0, 10.1, random, times=True)
    after = heard(words, 6.1, words[-1].end_s, random, times=True)
    first, second = join(before, after, 6.1, 10.1)
    assert [word.text for segment in (*first, *second) for word in segment.words] == ["yes"] * 90


@settings(max_examples=share_of_examples(0.4))
@given(SPEECH, st.randoms(use_true_random=False))
def test_without_times_of_words_the_text_is_joined_all_the_same(
    speech: list[tuple[str, float]], random: Random
) -> None:
    words = spoken([f"{text}{number}" for number, (text, _) in enumerate(speech)], [0.3] * len(speech))
    before = heard(words, 0, 12, random, times=False)
    after = heard(words, 8, words[-1].end_s, random, times=False)

    first, second = join(before, after, 8, 12)

    assert " ".join(segment.text for segment in (*first, *second)).split() == [word.text for word in words]


def test_texts_with_nothing_in_common_meet_in_the_middle() -> None:
    before = [Segment(0, 11, "one two three", (Word(0, 1, "one"), Word(8, 9, "two"), Word(10.5, 11, "three")))]
    after = [Segment(8, 13, "uno dos tres", (Word(8, 9, "uno"), Word(10.4, 11, "dos"), Word(12, 13, "tres")))]

    first, second = join(before, after, 8, 12)

    assert first == [Segment(0, 10.5, "one two", before[0].words[:2])]
    assert second == (Segment(10.4, 13, "dos tres", after[0].words[1:]),)


@pytest.mark.parametrize(("before", "after"), [([], [Segment(9, 10, "after")]), ([Segment(8, 9, "before")], [])])
def test_one_side_may_be_silent(before: list[Segment], after: list[Segment]) -> None:
    first, second = join(before, after, 8, 12)
    assert [*first, *second] == [*before, *after]


def test_a_word_alone_that_is_short_proves_nothing() -> None:
    """`a` at the end of one and at the beginning of the other are two words here."""
    before = [Segment(8, 10.2, "it was a", (Word(8, 8.5, "it"), Word(8.5, 9, "was"), Word(9.0, 9.2, "a")))]
    after = [Segment(9.8, 13, "a dog barked", (Word(9.8, 9.95, "a"), Word(10.4, 11, "dog"), Word(11, 13, "barked")))]
    first, second = join(before, after, 8, 12)
    assert [segment.text for segment in (*first, *second)] == ["it was a", "dog barked"]


def test_case_and_punctuation_do_not_matter() -> None:
    before = [
        Segment(8, 11, "the end. And th", tuple(Word(8 + i, 9 + i, w) for i, w in enumerate(["the", "end.", "And"])))
    ]
    after = [
        Segment(
            8,
            12,
            "The end, and then",
            tuple(Word(8 + i, 9 + i, w) for i, w in enumerate(["The", "end,", "and", "then"])),
        )
    ]
    first, second = join(before, after, 8, 12)
    assert " ".join(segment.text for segment in (*first, *second)) == "the end, and then"
