"""What Deepgram writes, and what becomes of it."""

import itertools
import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain import Segment, SpeechChunk
from core.providers import ChunkTranscript
from core.providers.answers.deepgram import LONGEST_SEGMENT_S, read_deepgram
from core.providers.answers.sanitizing import sanitized

CHUNK = SpeechChunk(0, 100.0, 60.0, b"")

Json = dict[str, Any]


def read(answer: object, *, chunk: SpeechChunk = CHUNK, language: str | None = None) -> ChunkTranscript:
    return read_deepgram(json.dumps(answer).encode(), chunk, language=language, keep_words=True)


def answer(
    text: str = "",
    *,
    words: Sequence[Json] = (),
    paragraphs: Sequence[Json] | None = None,
    utterances: Sequence[Json] | None = None,
    **channel: Any,
) -> Json:
    spoken: Json = {"transcript": text, "confidence": 0.9, "words": list(words)}
    if paragraphs is not None:
        spoken["paragraphs"] = {"transcript": text, "paragraphs": list(paragraphs)}
    results: Json = {"channels": [{"alternatives": [spoken], **channel}]}
    if utterances is not None:
        results["utterances"] = list(utterances)
    return {"metadata": {"request_id": "1"}, "results": results}


def word(start: float, end: float, text: str, **more: Any) -> Json:
    """As with `punctuate`: plain, and as it is to be written."""
    plain = text.strip(".,!?").lower()
    return {"word": plain, "start": start, "end": end, "confidence": 0.9, "punctuated_word": text, **more}


def paragraph(*sentences: tuple[float, float, str], **more: Any) -> Json:
    written = [{"start": start, "end": end, "text": text} for start, end, text in sentences]
    return {"sentences": written, "start": sentences[0][0], "end": sentences[-1][1], "num_words": 1, **more}


def evenly(start: float, each: float, text: str) -> list[Json]:
    return [word(start + index * each, start + (index + 1) * each, said) for index, said in enumerate(text.split())]


def times(segments: Sequence[Segment]) -> list[tuple[float, float, str]]:
    return [(segment.start_s, segment.end_s, segment.text) for segment in segments]


def test_a_sentence_is_a_segment_with_its_words_on_the_recordings_clock() -> None:
    words = [word(0.5, 1.0, "Dr."), word(1.0, 1.5, "Who?"), word(1.5, 2.0, "Me.")]
    found = read(answer("Dr. Who? Me.", words=words, paragraphs=[paragraph((0.5, 1.5, "Dr. Who?"), (1.5, 2.0, "Me."))]))
    assert times(found.segments) == [(100.5, 101.5, "Dr. Who?"), (101.5, 102.0, "Me.")]
    assert [[said.text for said in segment.words] for segment in found.segments] == [["Dr.", "Who?"], ["Me."]]
    assert found.segments[0].words[0].probability == 0.9


def test_numbers_and_names_come_as_they_are_to_be_written() -> None:
    """A part of what Deepgram answers to `smart_format`: the words overlap, and one is written in digits."""
    words = [
        word(0.08, 0.32, "yeah", punctuated_word="Yeah."),
        word(0.2, 1.52, "250000", punctuated_word="Rp250.000,"),
        word(1.6, 2.1, "o'neill", punctuated_word="O'Neill's."),
    ]
    sentences = [(0.08, 0.32, "Yeah."), (0.2, 2.1, "Rp250.000, O'Neill's.")]
    found = read(answer("Yeah. Rp250.000, O'Neill's.", words=words, paragraphs=[paragraph(*sentences)]))
    assert [[said.text for said in segment.words] for segment in found.segments] == [
        ["Yeah."],
        ["Rp250.000,", "O'Neill's."],
    ]
    assert times(found.segments) == [(100.08, 100.32, "Yeah."), (100.32, 102.1, "Rp250.000, O'Neill's.")]


def test_words_are_left_out_where_nobody_wants_them() -> None:
    written = answer("Me.", words=[word(0, 1, "Me.")], paragraphs=[paragraph((0, 1, "Me."))])
    found = read_deepgram(json.dumps(written).encode(), CHUNK, language=None, keep_words=False)
    assert found.segments == (Segment(100.0, 101.0, "Me."),)


def test_a_long_sentence_is_cut_at_its_longest_pause() -> None:
    before, after = "one two three four", "five six seven eight nine ten"
    text = f"{before} {after}"
    words = [*evenly(0, 1.5, before), *evenly(9, 1.5, after)]
    found = read(answer(text, words=words, paragraphs=[paragraph((0, 18, text))]))
    assert times(found.segments) == [
        (100.0, 106.0, "one two three four"),
        (109.0, 118.0, text.removeprefix("one two three four ")),
    ]


def test_a_monologue_without_a_full_stop_or_a_pause_becomes_many_segments() -> None:
    text = " ".join(f"word{number}" for number in range(150))
    found = read(answer(text, words=evenly(0, 0.4, text), paragraphs=[paragraph((0, 60, text))]))
    assert " ".join(segment.text for segment in found.segments) == text
    lengths_s = [segment.end_s - segment.start_s for segment in found.segments]
    assert max(lengths_s) <= LONGEST_SEGMENT_S
    assert min(lengths_s) >= 2.0


def test_a_long_sentence_whose_words_are_written_otherwise_stays_whole() -> None:
    words = [word(0, 10, "1"), word(10, 20, "2")]
    found = read(answer("one two", words=words, paragraphs=[paragraph((0, 20, "one two"))]))
    assert times(found.segments) == [(100.0, 120.0, "one two")]


def test_a_long_sentence_is_not_cut_before_its_first_letter() -> None:
    """The longest pause is before the only word that is found, with which the text begins."""
    words = [word(0, 0, "One."), word(1, 13, "0")]
    found = read(answer("0", words=words, paragraphs=[paragraph((0, 13, "0"))]))
    assert times(found.segments) == [(100.0, 113.0, "0")]


def test_a_long_sentence_is_cut_at_another_pause_where_a_word_is_written_otherwise() -> None:
    words = [word(0, 5, "one"), word(5.5, 9, "two"), word(12, 13, "3"), word(13, 17, "four")]
    found = read(answer("one two three four", words=words, paragraphs=[paragraph((0, 17, "one two three four"))]))
    assert times(found.segments) == [(100.0, 105.0, "one"), (105.5, 117.0, "two three four")]


def test_utterances_are_taken_apart_into_their_sentences() -> None:
    words = [word(0, 1, "一。"), word(1, 2, "二"), word(2, 3, "三。"), word(5, 6, "四")]
    utterances = [
        {"start": 0, "end": 3, "transcript": "一。二三。", "speaker": 0},
        {"start": 5, "end": 6, "transcript": "四", "speaker": 1},
    ]
    found = read(answer("一。二三。四", words=words, utterances=utterances))
    assert times(found.segments) == [(100.0, 101.0, "一。"), (101.0, 103.0, "二三。"), (105.0, 106.0, "四")]
    assert [segment.speaker for segment in found.segments] == ["Speaker 1", "Speaker 1", "Speaker 2"]


def test_the_bare_text_is_enough() -> None:
    found = read(answer("One. Two.", words=[word(1, 2, "One."), word(4, 5, "Two.")]))
    assert times(found.segments) == [(101.0, 102.0, "One."), (104.0, 105.0, "Two.")]
    assert [segment.text for segment in read(answer("One. Two.")).segments] == ["One.", "Two."]


def test_words_without_a_text_are_the_text() -> None:
    assert times(read(answer("", words=[word(1, 2, "One."), word(4, 5, "!")])).segments) == [
        (101.0, 102.0, "One."),
        (104.0, 105.0, "!"),
    ]


def test_speakers_of_a_later_chunk_are_not_taken_for_those_of_the_first() -> None:
    written = answer("Me.", paragraphs=[paragraph((0, 1, "Me."), speaker=0)])
    (first,) = read(written).segments
    (later,) = read(written, chunk=SpeechChunk(3, 100.0, 60.0, b"")).segments
    assert first.speaker == "Speaker 1"
    assert later.speaker == "Speaker 4.1"


@pytest.mark.parametrize(
    ("channel", "language"),
    [
        ({"detected_language": "id"}, "id"),
        ({"detected_language": "zh-TW"}, "zh"),
        ({"detected_language": "xh"}, "xh"),
        ({"detected_language": "nl-BE"}, "nl"),
        ({"detected_language": "?"}, "de"),
        ({"detected_language": 7}, "de"),
        ({}, "de"),
    ],
)
def test_the_language_is_the_one_that_was_heard_else_the_one_asked_for(channel: Json, language: str) -> None:
    assert read(answer(**channel), language="de").language == language


def test_of_several_languages_the_one_with_the_most_words_counts() -> None:
    said = [word(at, at + 1, "x", language=language) for at, language in enumerate(["en", "id", "id"])]
    assert read(answer("x x x", words=said)).language == "id"


def test_silence_has_no_segments() -> None:
    assert read(answer(paragraphs=[])).segments == ()


def test_times_outside_the_chunk_and_out_of_order_are_put_right() -> None:
    sentences = [(-1, 2, "One."), (1, 0, "Two."), (50, 90, "Three.")]
    found = read(answer("One. Two. Three.", paragraphs=[paragraph(*sentences)]))
    assert times(found.segments) == [(100.0, 102.0, "One."), (102.0, 102.0, "Two."), (150.0, 160.0, "Three.")]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff",
        b"null",
        b"[]",
        b"7",
        b'{"request_id":"1"}',
        b'{"results":{}}',
        b'{"results":{"channels":[]}}',
        b'{"results":{"channels":[{"alternatives":[]}]}}',
        b'{"results":{"channels":[{"alternatives":[{}]}]}}',
        b'{"results":{"channels":[{"alternatives":[{"transcript":"a","words":[{"word":"a"}]}]}]}}',
        b'{"results":{"channels":[{"alternatives":[{"transcript":"a","paragraphs":{"paragraphs":7}}]}]}}',
        b'{"results":{"channels":[{"alternatives":[{"transcript":"a"}]}],"utterances":[{"start":1'
        + b"0" * 400
        + b"}]}}",
        b"[" * 200_000,
    ],
)
def test_what_is_no_answer_is_told(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  Of any kind.
        read_deepgram(body, CHUNK, language=None, keep_words=True)


NUMBERS = st.one_of(st.floats(), st.integers(-5, 70), st.floats(0, 60))
TEXTS = st.text(max_size=12).map(sanitized) | st.sampled_from(["One.", "two", "Tiga?", " ", "四。"])
TIMED = {"start": NUMBERS, "end": NUMBERS}
SPEAKER = {"speaker": st.none() | st.integers(-1, 3)}
WORDS = st.lists(
    st.fixed_dictionaries(
        {"word": TEXTS, **TIMED}, optional={"punctuated_word": TEXTS, "confidence": NUMBERS, "language": TEXTS}
    ),
    max_size=12,
)
SENTENCES = st.lists(st.fixed_dictionaries({"text": TEXTS, **TIMED}), max_size=5)
PARAGRAPHS = st.lists(st.fixed_dictionaries({"sentences": SENTENCES}, optional=SPEAKER), max_size=3)
UTTERANCES = st.lists(st.fixed_dictionaries({"transcript": TEXTS, **TIMED}, optional=SPEAKER), max_size=4)
ANSWERS = st.builds(answer, TEXTS, words=WORDS, paragraphs=st.none() | PARAGRAPHS, utterances=st.none() | UTTERANCES)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["results", "words"]), inner),
    max_leaves=8,
)


@given(ANSWERS)
def test_times_only_go_forward_and_stay_in_the_chunk(written: Json) -> None:
    at = CHUNK.start_s
    for segment in read(written).segments:
        assert segment.text == segment.text.strip() != ""
        assert at <= segment.start_s <= segment.end_s <= CHUNK.end_s
        at = segment.start_s
        for said in segment.words:
            assert at <= said.start_s <= said.end_s <= segment.end_s
            assert 0.0 <= said.probability <= 1.0
            at = said.end_s
        at = segment.end_s


@given(TEXTS, WORDS)
def test_no_letter_is_lost_where_sentences_are_cut(text: str, words: list[Json]) -> None:
    said = " ".join(str(entry["word"]) for entry in words if str(entry["word"]).strip())
    found = read(answer(said, words=words, paragraphs=[paragraph((0, 60, said))]))
    assert "".join("".join(segment.text.split()) for segment in found.segments) == "".join(said.split())


@given(ANSWERS, st.integers(0, 400), JSON)
def test_broken_answers_fail_in_one_way_only(written: Json, place: int, junk: object) -> None:
    body = json.dumps(written).encode()
    broken = {**written, "results": junk}
    spoken = written["results"]["channels"][0]["alternatives"][0]
    variants = [body[:place], *(json.dumps(one).encode() for one in (junk, broken))]
    for name, value in itertools.product(list(spoken), (junk, None, 7, [junk])):
        changed = {**spoken, name: value}
        variants.append(json.dumps({"results": {"channels": [{"alternatives": [changed]}]}}).encode())
    for variant in variants:
        try:
            read_deepgram(variant, CHUNK, language=None, keep_words=True)
        except ValueError:
            continue
