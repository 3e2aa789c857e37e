from hypothesis import given
from hypothesis import strategies as st

from core.domain import Segment, Word
from core.processing.numbered_lines import (
    LONGEST_LINE_TOKENS,
    batches_of,
    lines_of,
    pieces_of,
    tokens_of,
    with_texts,
)

TEXT = st.text(st.sampled_from("ab 1.?!…。\uff1f\n\u0e01\u4e2d♪-"), max_size=60)
LONG_TEXT = st.builds(lambda text, times: text * times, TEXT, st.integers(1, 200))


@st.composite
def segments(draw: st.DrawFn, texts: st.SearchStrategy[str] = TEXT, most: int = 40) -> tuple[Segment, ...]:
    given_texts = draw(st.lists(texts, max_size=most))
    return tuple(
        Segment(float(place), place + 0.5, text, (Word(place, place + 0.5, text),), "Ana" if place % 3 else None)
        for place, text in enumerate(given_texts)
    )


@given(LONG_TEXT, st.integers(2, 50))
def test_pieces_are_short_and_hold_all_of_the_text(text: str, most_tokens: int) -> None:
    pieces = list(pieces_of(text, most_tokens))
    assert all(tokens_of(piece) <= most_tokens for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_a_long_text_is_cut_after_a_sentence_where_it_has_one() -> None:
    sentence = "It was the best of times, it was the worst of times."
    pieces = list(pieces_of(" ".join([sentence] * 10), 40))
    assert pieces == [" ".join([sentence] * 2)] * 5


def test_pieces_are_as_the_text_has_them() -> None:
    assert list(pieces_of("\u4eca\u5929\u3002\u660e\u5929\u3002\u6628\u5929\u3002", 7)) == [
        "\u4eca\u5929\u3002\u660e\u5929\u3002",
        "\u6628\u5929\u3002",
    ]
    assert list(pieces_of("We all saw Dr. Jones leave. Nobody else did", 10)) == [
        "We all saw Dr. Jones leave.",
        "Nobody else did",
    ]
    assert list(pieces_of("\u0e17\u0e35\u0e48" * 4, 7)) == ["\u0e17\u0e35\u0e48" * 2] * 2


def test_a_long_sentence_is_cut_between_words_and_a_long_word_anywhere() -> None:
    assert list(pieces_of("one two three four", 3)) == ["one two", "three", "four"]
    assert "".join(pieces_of("x" * 1000, 10)) == "x" * 1000


@given(segments(LONG_TEXT), st.integers(1, 300), st.integers(1, 20), st.integers(0, 3))
def test_every_line_is_in_one_batch_in_its_order(
    said: tuple[Segment, ...], most_tokens: int, most_lines: int, before: int
) -> None:
    lines = lines_of(said)
    assert [line.number for line in lines] == list(range(1, len(lines) + 1))
    batches = batches_of(lines, most_tokens=most_tokens, most_lines=most_lines, before=before)
    assert [line for batch in batches for line in batch.lines] == list(lines)
    for batch in batches:
        assert 1 <= len(batch.lines) <= most_lines
        assert batch.tokens <= most_tokens or len(batch.lines) == 1
        begin = batch.lines[0].number - 1
        assert batch.before == tuple(line.text for line in lines[max(0, begin - before) : begin])


@given(segments(LONG_TEXT))
def test_new_texts_keep_the_times_and_speakers_and_drop_the_words(said: tuple[Segment, ...]) -> None:
    lines = lines_of(said)
    changed = with_texts(said, lines, {line.number: line.text.upper() for line in lines})
    assert [(one.start_s, one.end_s, one.speaker, one.words) for one in changed] == [
        (one.start_s, one.end_s, one.speaker, ()) for one in said
    ]
    for old, new in zip(said, changed, strict=True):
        assert "".join(new.text.split()).upper() == "".join(old.text.split()).upper()


def test_what_holds_no_word_stays_as_it_is() -> None:
    said = tuple(Segment(place, place + 1, text) for place, text in enumerate(["♪", "", " ... ", "Yes."]))
    lines = lines_of(said)
    assert [(line.number, line.segment, line.text) for line in lines] == [(1, 3, "Yes.")]
    assert [one.text for one in with_texts(said, lines, {1: "Ya."})] == ["♪", "", " ... ", "Ya."]


def test_a_chunk_in_one_segment_becomes_several_lines_and_one_segment_again() -> None:
    text = "It was the age of wisdom. " * 200
    lines = lines_of([Segment(0.0, 600.0, text)])
    assert len(lines) > 3
    assert all(tokens_of(line.text) <= LONGEST_LINE_TOKENS for line in lines)
    (segment,) = with_texts([Segment(0.0, 600.0, text)], lines, {line.number: line.text for line in lines})
    assert segment.text == text.strip()
