"""What the different servers write, and what becomes of it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain import SpeechChunk
from core.providers import ChunkTranscript
from core.providers.answers import AnswerFormat, read_answer

CHUNK = SpeechChunk(0, 100.0, 10.0, b"")


def read(answer: object, language: str | None = None) -> ChunkTranscript:
    return read_answer(json.dumps(answer).encode(), AnswerFormat.VERBOSE_JSON, CHUNK, language=language)


def segment(start: float, end: float, text: str, **more: Any) -> dict[str, Any]:
    return {"start": start, "end": end, "text": text, **more}


def word(start: float, end: float, text: str, **more: Any) -> dict[str, Any]:
    return {"start": start, "end": end, "word": text, **more}


def times(transcript: ChunkTranscript) -> list[tuple[float, float, str]]:
    return [(found.start_s, found.end_s, found.text) for found in transcript.segments]


def said(transcript: ChunkTranscript) -> list[list[str]]:
    return [[found.text for found in segment.words] for segment in transcript.segments]


def test_times_are_put_on_the_recordings_clock() -> None:
    found = read({"segments": [segment(0.5, 2.0, " One."), segment(2.0, 4.25, " Two.")]})
    assert times(found) == [(100.5, 102.0, "One."), (102.0, 104.25, "Two.")]


def test_times_outside_the_chunk_and_out_of_order_are_put_right() -> None:
    found = read({"segments": [segment(-1, 2, "One"), segment(1, 0, "Two"), segment(9, 30, "Three")]})
    assert times(found) == [(100.0, 102.0, "One"), (102.0, 102.0, "Two"), (109.0, 110.0, "Three")]


def test_words_beside_the_segments_are_dealt_out_by_their_letters() -> None:
    found = read(
        {
            "segments": [segment(0, 2, "One, two."), segment(2, 4, "Three-four five!")],
            "words": [
                word(0, 1, "One"),
                word(1, 2.2, "two"),
                word(1.9, 2.5, "Three"),
                word(2.5, 3, "four"),
                word(3, 4, "five"),
            ],
        }
    )
    assert said(found) == [["One", "two"], ["Three", "four", "five"]]
    assert found.segments[0].words[1].end_s == 102.0


def test_words_that_differ_from_the_text_are_dealt_out_by_their_times() -> None:
    found = read(
        {
            "segments": [segment(0, 2, "It is 5 o'clock."), segment(2, 4, "Already.")],
            "words": [word(0, 1, "five"), word(1, 1.8, "oclock"), word(2.1, 3, "already")],
        }
    )
    assert said(found) == [["five", "oclock"], ["already"]]


def test_words_in_the_segments_stay_there_with_their_probability() -> None:
    own = [word(0, 1, " One", probability=0.25), word(1, 2, " two.", probability=1.5)]
    (only,) = read({"segments": [segment(0, 2, " One two.", words=own)]}).segments
    assert [(found.text, found.probability) for found in only.words] == [("One", 0.25), ("two.", 1.0)]


def test_tokens_that_whisper_cpp_calls_words_are_put_together() -> None:
    own = [word(0.16, 0.31, " That"), word(0.38, 0.49, "'s"), word(0.5, 0.7, " one"), word(0.7, 0.7, ".")]
    found = read({"segments": [segment(0, 5, " That's one.", words=own)]})
    assert said(found) == [["That's", "one."]]
    assert found.segments[0].words[0].end_s == 100.49


def test_words_without_segments_give_sentences_with_their_times() -> None:
    found = read(
        {
            "text": " One two. Three.",
            "segments": [],
            "words": [word(1, 2, "One"), word(2, 3, "two"), word(7, 8, "Three")],
        }
    )
    assert times(found) == [(101.0, 103.0, "One two."), (107.0, 108.0, "Three.")]
    assert said(found) == [["One", "two"], ["Three"]]


def test_words_alone_are_the_text() -> None:
    assert times(read({"words": [word(1, 2, "One"), word(2, 3, "two")]})) == [(101.0, 103.0, "One two")]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two? Three", ["One.", "Two?", "Three"]),
        ("It costs 3.50 in total… Yes.", ["It costs 3.50 in total…", "Yes."]),
        ("First line\nsecond line\n", ["First line", "second line"]),
        ('He said "go!" Then he went.', ['He said "go!"', "Then he went."]),
        ("これはペンです。はい。", ["これはペンです。", "はい。"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_text_alone_is_cut_into_sentences(text: str, sentences: list[str]) -> None:
    found = read({"text": text})
    assert [segment.text for segment in found.segments] == sentences
    assert found == read({"text": text, "segments": None, "words": None})
    if sentences:
        assert found.segments[0].start_s == 100.0
        assert found.segments[-1].end_s == pytest.approx(110.0, abs=1.0)


def test_nanoseconds_are_understood() -> None:
    found = read({"segments": [segment(0, 2_500_000_000, "One"), segment(2_500_000_000, 9_000_000_000, "Two")]})
    assert times(found) == [(100.0, 102.5, "One"), (102.5, 109.0, "Two")]


def test_numbers_may_be_written_as_text() -> None:
    found = read({"duration": "17.65", "segments": [{"start": "0.5", "end": "2", "text": "One"}]})
    assert times(found) == [(100.5, 102.0, "One")]


def test_text_made_out_of_silence_is_left_out_with_its_words() -> None:
    found = read(
        {
            "segments": [
                segment(0, 2, "One.", no_speech_prob=0.9, avg_logprob=-0.2),
                segment(2, 4, "Thank you.", no_speech_prob=0.9, avg_logprob=-1.4),
                segment(4, 6, "Two.", no_speech_prob=0.1, avg_logprob=-1.4),
            ],
            "words": [word(0, 1, "One"), word(2, 3, "Thank"), word(3, 4, "you"), word(4, 5, "Two")],
        }
    )
    assert said(found) == [["One"], ["Two"]]


def test_loops_are_cut() -> None:
    found = read({"segments": [segment(0, 5, "Good. " + "All right then. " * 20)]})
    assert [segment.text for segment in found.segments] == ["Good. All right then."]


def test_speakers_are_kept() -> None:
    found = read({"segments": [segment(0, 1, "One", speaker="A"), segment(1, 2, "Two", speaker=None)]})
    assert [segment.speaker for segment in found.segments] == ["A", None]


@pytest.mark.parametrize(
    ("named", "asked", "language"),
    [
        ("English", None, "en"),
        ("indonesian", None, "id"),
        ("id", None, "id"),
        ("pt-BR", None, "pt"),
        ("jw", None, "jv"),
        ("Haitian Creole", None, "ht"),
        ("Klingon", None, ""),
        (None, None, ""),
        ("", "id", "id"),
        (None, "id", "id"),
        ("english", "id", "en"),
    ],
)
def test_the_language_is_a_code(named: str | None, asked: str | None, language: str) -> None:
    assert read({"text": "One.", "language": named}, asked).language == language


def test_plain_text_is_taken_as_it_is() -> None:
    found = read_answer(b'{"text": "no JSON here"}\n', AnswerFormat.TEXT, CHUNK, language="en")
    assert found.segments[0].text == '{"text": "no JSON here"}'
    assert found.language == "en"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'"text"',
        b'{"text": 5}',
        b'{"error": {"message": "sorry"}}',
        b'{"segments": {"start": 0}}',
        b'{"segments": ["One"]}',
        b'{"segments": [{"text": "One"}]}',
        b'{"segments": [{"start": 0, "end": 1}]}',
        b'{"segments": [{"start": true, "end": 1, "text": "One"}]}',
        b'{"segments": [{"start": "x", "end": 1, "text": "One"}]}',
        b'{"segments": [{"start": 0, "end": 1' + b"0" * 400 + b', "text": "One"}]}',
        b'{"text": "One", "words": [{"start": 0, "end": 1}]}',
        b'{"text": "cut of',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
def test_nonsense_is_called_nonsense(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever the reason
        read_answer(body, AnswerFormat.VERBOSE_JSON, CHUNK, language=None)


_anything = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5))
_time = st.one_of(st.floats(), st.floats(-5, 20), st.integers(-3, 10**20))
_words = st.lists(st.fixed_dictionaries({"start": _time, "end": _time, "word": st.text(max_size=8)}), max_size=6)
_segments = st.lists(
    st.fixed_dictionaries(
        {"start": _time, "end": _time, "text": st.text(max_size=12)},
        optional={"words": _words, "no_speech_prob": _anything, "avg_logprob": _anything, "speaker": _anything},
    ),
    max_size=5,
)


@given(
    st.fixed_dictionaries(
        {}, optional={"text": st.text(max_size=30), "segments": _segments, "words": _words, "language": _anything}
    )
)
def test_whatever_comes_its_times_are_in_order_and_within_the_chunk(answer: dict[str, Any]) -> None:
    try:
        found = read(answer)
    except ValueError:
        return
    at = CHUNK.start_s
    for segment in found.segments:
        assert segment.text
        assert at <= segment.start_s <= segment.end_s <= CHUNK.end_s
        at = segment.end_s
        within = segment.start_s
        for word in segment.words:
            assert within <= word.start_s <= word.end_s <= segment.end_s
            within = word.end_s
