import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain import Segment, Word
from core.stitch import SentenceStream, sentences
from core.stitch.sentences import LONGEST_S, PAUSE_S, SHORTEST_S


def spoken(text: str, start_s: float = 0.0, *, word_s: float = 0.4, speaker: str | None = None) -> Segment:
    """A segment whose words follow each other without a pause; `|` in the text is a pause of three seconds."""
    words = []
    at_s = start_s
    for part in text.split():
        if part == "|":
            at_s += 3.0
            continue
        words.append(Word(at_s, at_s + word_s, part))
        at_s += word_s
    return Segment(start_s, at_s, " ".join(text.replace("|", " ").split()), tuple(words), speaker)


def after(*segments: str, speaker: str | None = None) -> list[Segment]:
    """Segments that follow each other without a pause."""
    placed: list[Segment] = []
    for text in segments:
        placed.append(spoken(text, placed[-1].end_s if placed else 0.0, speaker=speaker))
    return placed


def texts(segments: list[Segment]) -> list[str]:
    return [segment.text for segment in segments]


def test_a_sentence_that_the_provider_has_cut_is_one_again() -> None:
    heard = after("It was the epoch of", "incredulity, it was the season. It was", "the spring of hope.")
    assert texts(sentences(heard)) == [
        "It was the epoch of incredulity, it was the season.",
        "It was the spring of hope.",
    ]


def test_a_pause_ends_a_segment_in_the_middle_of_a_sentence() -> None:
    found = sentences([spoken("predecessors of the | true printed book.")])
    assert texts(found) == ["predecessors of the", "true printed book."]
    assert found[0].end_s == pytest.approx(1.2)
    assert found[1].start_s == pytest.approx(4.2)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Then Mr. Brown and Dr. Who came in.", 1),
        ("It costs 3.5 dollars or so in all.", 1),
        ("The U.S. Army came with J. R. Ewing.", 1),
        ("What was that? he asked them all.", 1),
        ("Where is it now? I really don't know!", 2),
        ("She said \u201cgo away from me.\u201d Then he left.", 2),
        ("We wait... and we wait for them.", 1),
    ],
)
def test_where_a_sentence_ends(text: str, count: int) -> None:
    assert len(sentences([spoken(text)])) == count


def test_sentences_of_a_word_are_put_together() -> None:
    assert texts(sentences([spoken("No. Yes. But that is all that there is.")])) == [
        "No. Yes. But that is all that there is."
    ]


def test_a_long_sentence_is_cut_at_a_comma() -> None:
    text = "and so we went on and on and on and on and on, " * 4
    found = sentences([spoken(text)])
    assert all(segment.end_s - segment.start_s <= LONGEST_S for segment in found)
    assert all(segment.text.endswith(",") for segment in found)


def test_two_speakers_are_never_in_one_segment() -> None:
    heard = [*after("We begin with", speaker="A"), spoken("a word. Of", 1.2, speaker="B")]
    assert [(segment.text, segment.speaker) for segment in sentences(heard)] == [
        ("We begin with", "A"),
        ("a word. Of", "B"),
    ]


def test_what_has_no_words_stays_as_it_is() -> None:
    heard = [Segment(0.0, 30.0, "One. Two. Three."), Segment(30.0, 31.0, "and"), *after("four.")]
    assert sentences(heard)[:2] == heard[:2]


def test_text_without_spaces_is_cut_at_its_own_full_stops_and_gets_no_spaces() -> None:
    parts = ["今天天气", "很好。", "我们去", "公园吧。"]
    words = [Word(float(i), i + 1.0, part) for i, part in enumerate(parts)]
    heard = [
        Segment(0.0, 3.0, "今天天气很好。我们去", tuple(words[:3])),
        Segment(3.0, 4.0, "公园吧。", tuple(words[3:])),
    ]
    assert texts(sentences(heard)) == ["今天天气很好。", "我们去公园吧。"]


def test_words_spelt_otherwise_than_the_text_lose_no_letter() -> None:
    words = (Word(0, 1, "ten"), Word(1, 2, "meters"), Word(2, 3, "away"))
    (found,) = sentences([Segment(0.0, 3.0, "10 meters, away!", words)])
    assert (found.text, found.words) == ("10 meters, away!", words)


def test_while_it_is_heard_a_sentence_is_shown_when_it_is_complete() -> None:
    shown: list[Segment] = []
    stream = SentenceStream(shown.append)
    first, second, third = after("It was the epoch of", "incredulity. It was the last", "season")
    stream.add(first)
    assert not shown
    stream.add(second)
    assert texts(shown) == ["It was the epoch of incredulity."]
    stream.add(third)
    stream.flush()
    assert texts(shown)[1:] == ["It was the last season"]
    stream.add(Segment(10.0, 12.0, "without words"))
    assert texts(shown)[2:] == ["without words"]


pieces = st.tuples(
    st.sampled_from(["we", "Go", "there,", "now.", "what?", "Mr.", "天气", "很好。", "a"]),
    st.floats(0.0, 3.0),
    st.floats(0.0, 4.0),
)


@st.composite
def heard(draw: st.DrawFn) -> list[Segment]:
    segments = []
    at_s = 0.0
    for group in draw(st.lists(st.lists(pieces, min_size=1, max_size=12), max_size=8)):
        words = []
        for text, pause_s, length_s in group:
            words.append(Word(at_s + pause_s, at_s + pause_s + length_s, text))
            at_s = words[-1].end_s
        speaker = draw(st.sampled_from([None, None, "A"]))
        own = tuple(words) if draw(st.booleans()) else ()
        segments.append(Segment(words[0].start_s, words[-1].end_s, " ".join(word.text for word in words), own, speaker))
    return segments


def letters(segments: list[Segment]) -> str:
    return re.sub(r"\s", "", "".join(segment.text for segment in segments))


@given(heard())
def test_no_text_and_no_word_is_lost_and_times_stay_in_order(segments: list[Segment]) -> None:
    found = sentences(segments)
    assert letters(found) == letters(segments)
    assert [word for segment in found for word in segment.words] == [w for segment in segments for w in segment.words]
    assert all(left.start_s <= right.start_s for left, right in pairwise(found))
    assert all(segment.start_s <= segment.end_s for segment in found)
    for segment in found:
        for left, right in pairwise(segment.words):
            assert right.start_s - left.end_s < PAUSE_S
        if len(segment.words) > 2:
            assert segment.end_s - segment.start_s <= LONGEST_S + SHORTEST_S


@given(heard())
def test_what_is_shown_meanwhile_is_all_of_the_text(segments: list[Segment]) -> None:
    shown: list[Segment] = []
    stream = SentenceStream(shown.append)
    for segment in segments:
        stream.add(segment)
    stream.flush()
    assert letters(shown) == letters(segments)
