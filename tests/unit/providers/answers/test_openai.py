"""What the different servers write, and what becomes of it."""

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain import SpeechChunk
from core.providers import ChunkTranscript
from core.providers.answers.openai import AnswerFormat, read_openai
from core.providers.answers.sanitizing import sanitized

CHUNK = SpeechChunk(0, 100.0, 10.0, b"")


def read(answer: object, language: str | None = None) -> ChunkTranscript:
    return read_openai(json.dumps(answer).encode(), AnswerFormat.VERBOSE_JSON, CHUNK, language=language)


def segment(start: object, end: object, text: object, **more: Any) -> dict[str, Any]:
    return {"start": start, "end": end, "text": text, **more}


def word(start: object, end: object, text: str, **more: Any) -> dict[str, Any]:
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
    assert times(found) == [(100.0, 102.0, "One"), (102.0, 109.0, "Two"), (109.0, 110.0, "Three")]


def test_people_who_speak_at_once_keep_their_times() -> None:
    spoken = [
        segment(0.0, 6.0, "I think that we should start.", speaker="A"),
        segment(0.0, 5.0, "No, wait.", speaker="B"),
        segment(5.6, 8.0, "Thank you.", speaker="B"),
        segment(5.5, 9.0, "All right then.", speaker="A"),
        segment(7.0, 7.0, "Yes."),
    ]
    assert times(read({"segments": spoken})) == [
        (100.0, 106.0, "I think that we should start."),
        (100.0, 105.0, "No, wait."),
        (105.5, 109.0, "All right then."),
        (105.6, 108.0, "Thank you."),
        (107.0, 107.0, "Yes."),
    ]


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
    found = read_openai(b"\xef\xbb\xbf{no JSON} here\n", AnswerFormat.TEXT, CHUNK, language="en")
    assert found.segments[0].text == "{no JSON} here"
    assert found.language == "en"


def test_json_is_understood_where_plain_text_was_asked_for() -> None:
    found = read_openai(b'{"text": "One."}\n', AnswerFormat.TEXT, CHUNK, language="en")
    assert times(found) == [(100.0, 110.0, "One.")]


@pytest.mark.parametrize(
    "page",
    [
        b"<!DOCTYPE html><p>Log in</p>",
        b"\n <HTML>",
        b"\xef\xbb\xbf<html lang=en>",
        b'<?xml version="1.0"?>',
        b"Please <b>log in</b> first.</body>",
        b'{"text": "<html><title>Log in</title>"}',
        b'{"error": "failed to process audio"}',
        b'{"error": {"message": "CUDA out of memory"}, "text": ""}',
    ],
)
@pytest.mark.parametrize("answer_format", list(AnswerFormat))
def test_a_page_to_log_in_at_and_an_error_are_no_text(page: bytes, answer_format: AnswerFormat) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever the reason
        read_openai(page, answer_format, CHUNK, language=None)


def test_signs_that_models_write_are_no_web_page() -> None:
    body = b"<|en|> a < b and <unk> b > a"
    assert read_openai(body, AnswerFormat.TEXT, CHUNK, language=None).segments[0].text == body.decode()


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (rb"a \ud800 b", "a \ufffd b"),
        (rb"a \ud83d\ude00 b", "a \U0001f600 b"),
        (b"a \xed\xa0\xbd\xed\xb8\x80 b", "a \U0001f600 b"),
        (b"a \xed\xa0\x80 b", "a \ufffd b"),
        (rb"a\u0000\u0007\u001b[2J\u009b b", "a[2J b"),
        (rb"a\u2028b\r\nc", "a\nb\nc"),
    ],
)
def test_half_characters_and_controls_do_no_harm(written: bytes, text: str) -> None:
    body = b'{"segments": [{"start": 0, "end": 1, "text": " %b", "speaker": "%b"}]}' % (written, written)
    (segment,) = read_openai(body, AnswerFormat.VERBOSE_JSON, CHUNK, language=None).segments
    assert segment.text == text
    assert segment.speaker == " ".join(text.split())


@pytest.mark.parametrize("blank", ["", " ", None, 5])
def test_blank_segments_drop_none_of_the_text(blank: object) -> None:
    assert [one.text for one in read({"text": "One.", "segments": [segment(0, 1, blank)]}).segments] == ["One."]
    found = read({"text": "One. Two.", "segments": [segment(0, 5, "One."), segment(5, 9, blank)]})
    assert [one.text for one in found.segments] == ["One.", "Two."]


def test_blank_segments_beside_those_with_all_the_text_are_left_out() -> None:
    found = read({"text": "One, two.", "segments": [segment(0, 1, ""), segment(2, 3, "One,"), segment(4, 5, "two.")]})
    assert times(found) == [(102.0, 103.0, "One,"), (104.0, 105.0, "two.")]


_NOWHERE = [None, True, "", "x", [], float("nan"), float("inf"), float("-inf"), 10**400]


@pytest.mark.parametrize("nowhere", _NOWHERE)
def test_segments_without_times_share_the_chunk(nowhere: object) -> None:
    found = read({"segments": [segment(nowhere, nowhere, "One"), segment(nowhere, nowhere, "Twenty")]})
    assert times(found) == [(100.0, 103.333, "One"), (103.333, 110.0, "Twenty")]


@pytest.mark.parametrize("nowhere", _NOWHERE)
def test_what_is_known_of_the_times_counts(nowhere: object) -> None:
    found = read({"segments": [segment(1, nowhere, "One"), segment(nowhere, 3, "Two"), segment(nowhere, 5, "Six")]})
    assert times(found) == [(101.0, 102.0, "One"), (102.0, 103.0, "Two"), (103.0, 105.0, "Six")]


@pytest.mark.parametrize(
    "wrong",
    [[(0, 0), (0, 0)], [(-7, -5), (-3, -2)], [(3000, 4000), (4000, 5000)], [(0, 2000), (2000, 4000), (5000, 6000)]],
)
def test_times_that_make_no_sense_at_all_are_not_believed(wrong: list[tuple[float, float]]) -> None:
    found = read({"segments": [segment(start, end, "One") for start, end in wrong]})
    assert [found.segments[0].start_s, found.segments[-1].end_s] == [100.0, 110.0]
    assert all(one.end_s - one.start_s > 3 for one in found.segments)


def test_words_without_times_share_their_segment() -> None:
    own = [word(None, None, " One"), word(None, None, " two"), word(8, 9, "")]
    (only,) = read({"segments": [segment(2, 4, "One two", words=own)]}).segments
    assert [(one.text, one.start_s, one.end_s) for one in only.words] == [("One", 102, 103), ("two", 103, 104)]


def test_a_segment_whose_confidence_is_no_number_is_kept() -> None:
    unsure = segment(0, 1, "One", no_speech_prob=float("nan"), avg_logprob=float("nan"))
    assert len(read({"segments": [unsure]}).segments) == 1


@pytest.mark.parametrize(
    "answer",
    [
        {"text": "a " * 20_000},
        {"text": "", "segments": [segment(0, 1, "a") for _ in range(30_000)]},
        {"text": "a", "words": [word(0, 1, "") for _ in range(50_000)]},
        {"segments": [segment(0, 1, "a", words=[word(0, 1, "x") for _ in range(50_000)])]},
    ],
)
def test_more_than_anybody_says_is_nonsense(answer: object) -> None:
    with pytest.raises(ValueError, match="too m"):
        read(answer)


@pytest.mark.parametrize("text", ["." * 18_000 + "x", '."' * 9000 + "x", "?!" * 9000, "a" * 18_000])
def test_what_nobody_would_say_takes_no_time(text: str) -> None:
    begun = time.process_time()
    assert read({"text": text}).segments
    assert time.process_time() - begun < 2


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
        b'{"segments": [{"start": 0, "end": 1}]}',
        b'{"text": "cut of',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"text": "One", "segments": ' + b"[" * 100_000,
        b'{"text": "One", "duration": ' + b"9" * 5000 + b"}",
    ],
)
def test_nonsense_is_called_nonsense(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever the reason
        read_openai(body, AnswerFormat.VERBOSE_JSON, CHUNK, language=None)


_anything = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5))
_said = st.text(max_size=12) | st.sampled_from(["\ud800", "a \udfff b", "\ud83d", "\x00", "\x1b[2J", "...", "<p>"])
_time = st.one_of(st.none(), st.floats(), st.floats(-5, 20), st.integers(-3, 10**20))
_words = st.lists(st.fixed_dictionaries({"start": _time, "end": _time, "word": _said}), max_size=6)
_segments = st.lists(
    st.fixed_dictionaries(
        {"start": _time, "end": _time, "text": _said},
        optional={"words": _words, "no_speech_prob": _anything, "avg_logprob": _anything, "speaker": _anything},
    ),
    max_size=5,
)


@given(
    st.fixed_dictionaries({}, optional={"text": _said, "segments": _segments, "words": _words, "language": _anything})
)
def test_whatever_comes_its_times_are_in_order_and_within_the_chunk(answer: dict[str, Any]) -> None:
    try:
        found = read(answer)
    except ValueError:
        return
    at = CHUNK.start_s
    for segment in found.segments:
        assert segment.text
        f"{segment.text}{segment.speaker}".encode()
        assert at <= segment.start_s <= segment.end_s <= CHUNK.end_s
        at = segment.start_s  # People may speak at once.
        within = segment.start_s
        for word in segment.words:
            assert within <= word.start_s <= word.end_s <= segment.end_s
            within = word.end_s


@given(_said, st.lists(st.fixed_dictionaries({}, optional={"start": _time, "end": _time, "text": _said}), max_size=4))
def test_where_there_is_text_there_are_segments(text: str, segments: list[dict[str, Any]]) -> None:
    found = read({"text": text, "segments": segments})
    assert bool(found.segments) is any(sanitized(one).strip() for one in (text, *(s.get("text", "") for s in segments)))
