"""A translation stays beside the text that is edited, line by line, and tells which lines don't fit any more."""

from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.translation import UNTRANSLATED, TranslatedLine, Translation
from core.editing.translated_lines import aligned_lines, is_outdated, realigned_lines
from tests.property_examples import share_of_examples


def translation_of(*texts: str) -> Translation:
    return Translation("id", tuple(TranslatedLine(text, f"<{text}>") for text in texts), "groq", "llama")


def told(texts: list[str], lines: list[TranslatedLine]) -> list[str]:
    """Each translation, with an exclamation mark where it is outdated."""
    assert len(texts) == len(lines)
    return [f"{line.text}{'!' * is_outdated(line, text)}" for text, line in zip(texts, lines, strict=True)]


def test_lines_follow_a_text_that_was_edited_since() -> None:
    made = translation_of("one", "two", "three", "four", "five")
    texts = ["one", "TWO", "three", "new", "four and", "five"]
    assert told(texts, aligned_lines(texts, made)) == ["<one>", "<two>!", "<three>", "<four>!", "!", "<five>"]


def test_joined_passages_have_both_lines() -> None:
    made = translation_of("one", "two", "three")
    texts = ["one", "two three"]
    lines = aligned_lines(texts, made)
    assert told(texts, lines) == ["<one>", "<two> <three>"]
    again = realigned_lines(["two", "three"], lines[1:], made)
    assert told(["two", "three"], again) == ["<two>", "<three>"]


def test_a_passage_that_is_cut_keeps_its_line_first() -> None:
    made = translation_of("one two", "three")
    cut = realigned_lines(["one", "two"], made.lines[:1], made)
    assert told(["one", "two"], cut) == ["<one two>!", "!"]
    assert realigned_lines(["one two"], cut, made) == [made.lines[0]]


def test_a_passage_without_text_needs_no_line() -> None:
    assert not is_outdated(TranslatedLine("one", "<one>"), " ")
    assert is_outdated(UNTRANSLATED, "one")
    assert realigned_lines([], translation_of("one").lines, translation_of("one")) == []


WORDS = st.sampled_from(["yes", "no", "one two", "three", ""])


@settings(max_examples=share_of_examples(1.0))
@given(st.lists(WORDS, max_size=8), st.lists(WORDS, max_size=8))
def test_there_is_a_line_for_each_text_and_going_back_gives_all_of_them_again(
    texts: list[str], others: list[str]
) -> None:
    made = translation_of(*texts)
    lines = aligned_lines(others, made)
    assert len(lines) == len(others)
    back = realigned_lines(texts, lines, made)
    assert not any(is_outdated(line, text) for line, text in zip(back, texts, strict=True))
    assert [line.text for line in aligned_lines(texts, made)] == [f"<{text}>" for text in texts]
