"""Texts are cut where a reader would, and nothing is lost by it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.bot.api.text_splitting import split_text, truncated, utf16_units

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)


def without_space(text: str) -> str:
    return "".join(text.split())


@given(TEXTS, st.integers(2, 60))
def test_pieces_hold_all_of_the_text_and_are_never_too_long(text: str, most: int) -> None:
    pieces = split_text(text, most)
    assert without_space("".join(pieces)) == without_space(text)
    for piece in pieces:
        assert 0 < utf16_units(piece) <= most
        assert piece == piece.strip()
        assert len(piece.encode("utf-16-le")) // 2 == utf16_units(piece)


@given(TEXTS)
def test_a_text_that_fits_is_one_piece(text: str) -> None:
    assert split_text(text, 10_000) == ((text.strip(),) if text.strip() else ())


def test_a_cut_is_after_a_line_else_a_sentence_else_a_word() -> None:
    assert split_text("One two. Three four.\nFive six seven.", 26) == ("One two. Three four.", "Five six seven.")
    assert split_text('He said: "Stay." She went. Nobody knew.', 30) == ('He said: "Stay." She went.', "Nobody knew.")
    assert split_text("one two three four five", 10) == ("one two", "three four", "five")
    assert split_text("abcdefghij", 4) == ("abcd", "efgh", "ij")


def test_a_title_or_a_number_is_not_taken_for_the_end_of_a_sentence() -> None:
    assert split_text("She went home late. He saw old Dr. Jones there", 38) == (
        "She went home late.",
        "He saw old Dr. Jones there",
    )


def test_no_cut_takes_a_sign_off_its_letter() -> None:
    assert split_text("\u4eca\u3002\ufe00\u5929\u3002\ufe00\u6c17", 4) == (
        "\u4eca\u3002\ufe00\u5929",
        "\u3002\ufe00\u6c17",
    )
    assert split_text("\u0915\u094d\u0937" * 3, 4) == ("\u0915\u094d\u0937",) * 3


def test_a_letter_that_is_longer_than_a_message_is_cut_where_that_is_full() -> None:
    assert [len(piece) for piece in split_text("e" + "\u0301" * 24, 10)] == [10, 10, 5]


def test_a_sentence_that_ends_early_does_not_make_a_scrap() -> None:
    assert split_text("Yes. But then a long sentence without any end in sight came", 40)[0].startswith("Yes. But then")


@pytest.mark.parametrize("whole", ["e\u0301", "👍🏽", "👩\u200d👩\u200d👧", "❤️"])
def test_what_is_seen_as_one_character_stays_whole(whole: str) -> None:
    before = "a" * 10
    for most in range(10, 10 + utf16_units(whole)):
        assert truncated(before + whole + "b", most) == before
    assert truncated(before + whole + "b", 10 + utf16_units(whole)) == before + whole


def test_a_text_without_spaces_is_cut_after_sentences_and_between_letters() -> None:
    sentence = "今天天气很好。我们一起去公园散步吧！"  # noqa: RUF001
    assert all(piece[-1] in "。！" for piece in split_text(sentence * 20, 100))  # noqa: RUF001
    assert all(len(piece) % 4 == 0 for piece in split_text("\U0001f1ee\U0001f1e9\U0001f1ef\U0001f1f5" * 30, 56))
    assert all(piece[0] == "ท" for piece in split_text("ที่" * 60, 50))
