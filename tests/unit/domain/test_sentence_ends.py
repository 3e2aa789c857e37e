# ruff: noqa: RUF001
"""Where sentences end, and where words are in a text."""

from collections.abc import Iterable
from itertools import pairwise

import pytest

from core.domain.sentence_ends import clause_ends, ends_clause, ends_sentence, sentence_ends
from core.domain.word_places import word_places


@pytest.mark.parametrize(
    "text",
    [
        "Yes.",
        "Really?!",
        "He said: “Stop!”",
        "终于来了。",
        "「はい。」",
        "ठीक है।",
        "هل تفهم؟",
        "Well…",
        "Ավարտ։",
        "No.",
        "It was I.",
    ],
)
def test_sentences_end_in_every_script(text: str) -> None:
    assert ends_sentence(text, "And then")
    assert ends_sentence(text)


@pytest.mark.parametrize(
    ("text", "following"),
    [
        ("with Dr.", "Jones"),
        ("J.", "R. Tolkien"),
        ("the U.S.", "Army"),
        ("Am 3.", "Mai"),
        ("z.", "B. heute"),
        ("No.", "5 is alive"),
        ("Sr.", "López"),
        ("and then ...", "nothing"),
        ("“Stop!”", "he said"),
        ("a comma,", "and"),
        ("今天", "天气"),
    ],
)
def test_abbreviations_and_what_goes_on_end_no_sentence(text: str, following: str) -> None:
    assert not ends_sentence(text, following)


def test_clauses_end_at_commas_in_every_script() -> None:
    assert all(map(ends_clause, ["well,", "然后，", "それで、", "ثم،", "one –", "so;”"]))
    assert not any(map(ends_clause, ["well", "then.", ""]))


def parts(text: str, ends: Iterable[int]) -> list[str]:
    return [text[begin:end].strip() for begin, end in pairwise([0, *ends, len(text)]) if text[begin:end].strip()]


@pytest.mark.parametrize(
    "sentences",
    [
        ["Dr. Jones said: “Stay!”", "He (J. R.) went on 3. Mai...", "Really?!", "Yes"],
        ["The U.S. Army paid $3.50 to www.x.com.", "No. 5 is “alive”..", "Well… that is all."],
        ["ठीक है।", "हाँ।"],
        ["هل تفهم؟", "نعم."],
        ["No stop here", "nor there", "but here."],
    ],
)
def test_a_text_is_cut_after_its_sentences_and_lines(sentences: list[str]) -> None:
    space = " " if sentences[0][-1] in ".!?…”।؟" else "\n"
    text = space.join(sentences)
    assert parts(text, sentence_ends(text)) == sentences


@pytest.mark.parametrize(
    "sentences",
    [
        ["今天天气很好。", "我们说：「去吧！」", "一起去。"],
        ["３．５です。", "それは？", '"はい"。', "終わり"],
        ["ကောင်းပါတယ်။", "ဟုတ်ကဲ့။"],
    ],
)
def test_a_text_without_spaces_is_cut_after_its_sentences(sentences: list[str]) -> None:
    assert parts("".join(sentences), sentence_ends("".join(sentences))) == sentences


def test_a_text_is_cut_after_its_clauses() -> None:
    assert parts("one, two: 3,5 – four;five", clause_ends("one, two: 3,5 – four;five")) == [
        "one,",
        "two:",
        "3,5 –",
        "four;five",
    ]
    assert parts("然后，我们、他们", clause_ends("然后，我们、他们")) == ["然后，", "我们、", "他们"]


def test_words_are_found_where_they_are_though_some_are_spelt_otherwise() -> None:
    text = "Hello, world: that's a well-known $1,299 thing, isn't it?"
    words = ("Hello", "world", "thats", "a", "well", "-known", " one thousand", "thing", "", "isn't", "it")
    found = [None if place is None else text[slice(*place)] for place in word_places(text, words)]
    assert found == ["Hello", "world", None, "a", "well", "-known", None, "thing", None, "isn't", "it"]
    assert word_places("that a", ["a"]) == [(5, 6)]
    assert word_places("今天天气", ["今", "天", "天气"]) == [(0, 1), (1, 2), (2, 4)]
    assert word_places("x" + " y" * 40 + " end", ["x", "end"])[1] is None, "too far"
