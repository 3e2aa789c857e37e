"""Transcripts read from files: what is exported comes back, and no file does more than be refused in words."""

import contextlib
import json
import math
from datetime import timedelta
from pathlib import Path

import pytest
import srt
import webvtt
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from core.domain import Segment, Transcript, Word
from core.domain.errors import ImportFailed
from core.export import json_document, render
from core.imports import IMPORT_SUFFIXES, json_transcript, limits, read_transcript, transcript_file
from tests.property_examples import share_of_examples
from tests.unit.export.test_formats import of, stored, transcripts

FILES = settings(max_examples=share_of_examples(0.3), suppress_health_check=[HealthCheck.function_scoped_fixture])

TEXT = st.text(st.characters(categories=("L", "N", "P", "Zs"), exclude_characters="<>&{}"), min_size=1, max_size=60)


@st.composite
def spoken(draw: st.DrawFn) -> Transcript:
    """Passages one after the other, with times of whole milliseconds and words."""
    at_ms, segments = draw(st.integers(0, 5_000_000)), []
    for text in draw(st.lists(TEXT.filter(lambda text: text.strip() and text.strip() != "-"), min_size=1, max_size=8)):
        length_ms = draw(st.integers(1_000, 6_000))
        said = " ".join(text.split())
        words = (Word(at_ms / 1000, (at_ms + length_ms) / 1000, said.split()[0], draw(st.integers(0, 1000)) / 1000),)
        speaker = draw(st.sampled_from([None, "Sam", "Ana & Co"]))
        segments.append(Segment(at_ms / 1000, (at_ms + length_ms) / 1000, said, words, speaker))
        at_ms += length_ms + draw(st.integers(0, 3_000))
    return Transcript(tuple(segments), "id", segments[-1].end_s, "groq", "turbo")


def imported(folder: Path, name: str, content: bytes | str) -> Transcript:
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_transcript(file).transcript


def close(one: float, other: float) -> bool:
    return math.isclose(one, other, abs_tol=0.0006)


@FILES
@given(spoken())
def test_json_gives_back_texts_times_words_and_speakers(tmp_path: Path, transcript: Transcript) -> None:
    assert imported(tmp_path, "talk.json", render(of(transcript), "json")) == transcript


@FILES
@given(spoken())
def test_srt_gives_the_subtitles_that_other_programs_read(tmp_path: Path, transcript: Transcript) -> None:
    written = render(of(transcript), "srt")
    expected = list(srt.parse(written.decode()))
    found = imported(tmp_path, "talk.srt", written).segments
    assert [(timedelta(seconds=one.start_s), timedelta(seconds=one.end_s)) for one in found] == [
        (one.start, one.end) for one in expected
    ]
    assert ["".join(one.text.split()) for one in found] == ["".join(one.content.split()) for one in expected]


@FILES
@given(spoken())
def test_vtt_gives_the_cues_that_other_programs_read(tmp_path: Path, transcript: Transcript) -> None:
    written = render(of(transcript), "vtt")
    found = imported(tmp_path, "talk.vtt", written).segments
    expected = {(caption.start_in_seconds, caption.end_in_seconds) for caption in webvtt.from_string(written.decode())}
    assert {(int(one.start_s), int(one.end_s)) for one in found} == {(int(start), int(end)) for start, end in expected}
    said = "".join("".join(one.text.split()) for one in transcript.segments)
    assert sorted("".join("".join(one.text.split()) for one in found)) == sorted(said)
    assert {one.speaker for one in found} <= {None, "Sam", "Ana & Co"}


@pytest.mark.parametrize("suffix", ["srt", "vtt", "json"])
def test_texts_and_times_of_subtitles_come_back(tmp_path: Path, suffix: str) -> None:
    said = (Segment(0.5, 2.25, "Ever tried."), Segment(2.25, 4.0, "a < b > c & d."), Segment(4.0, 6.75, "Fail better."))
    found = imported(tmp_path, f"beckett.{suffix}", render(stored(*said), suffix)).segments
    assert [one.text for one in found] == [one.text for one in said]
    assert all(close(one.start_s, other.start_s) for one, other in zip(found, said, strict=True))
    assert all(close(one.end_s, other.end_s) for one, other in zip(found[:-1], said[:-1], strict=True))


def test_voices_of_one_cue_are_passages_with_their_speakers(tmp_path: Path) -> None:
    said = "<v.loud Ana>- Yes,\nyes.</v>\n<v Sam>- <i>No &amp; no.</i></v>\n"
    cue = f"WEBVTT\n\nNOTE a comment\n\n1\n00:01.000 --> 00:02.500 line:0\n{said}"
    found = imported(tmp_path, "talk.vtt", cue).segments
    assert found == (
        Segment(1.0, 2.5, "Yes, yes.", (), "Ana"),
        Segment(1.0, 2.5, "No & no.", (), "Sam"),
    )


def test_srt_of_other_programs_is_read(tmp_path: Path) -> None:
    first = "\ufeff1\r\n00:00:01,5 --> 00:00:02.000 X1:40\r\n<i>Ever</i>\r\n{\\an8}tried.\r\n\r\n"
    text = f"{first}00:00:03,000 --> 00:00:04,000\r\n3 < 4\r\n"
    found = imported(tmp_path, "a.SRT", text)
    assert found.segments == (Segment(1.5, 2.0, "Ever tried."), Segment(3.0, 4.0, "3 < 4"))
    assert (found.language, found.duration_s, found.provider, found.model) == ("und", 4.0, "imported", "srt")
    assert imported(tmp_path, "b.srt", text.removeprefix("\ufeff").encode("utf-16")).segments == found.segments


@pytest.mark.parametrize(
    "document",
    [
        {"language": "english", "segments": [{"id": 0, "start": 1, "end": 2.5, "text": " Ever tried.", "words": []}]},
        {
            "language": "en",
            "segments": [
                {
                    "start": 1,
                    "end": 2.5,
                    "text": "Ever tried.",
                    "words": [{"word": "Ever", "start": 1, "end": 2}, {"word": "9"}],
                }
            ],
        },
        {
            "result": {"language": "en"},
            "transcription": [{"offsets": {"from": 1000, "to": 2500}, "text": " Ever tried."}],
        },
        {"language": "en", "text": "Ever tried.", "chunks": [{"timestamp": [1.0, 2.5], "text": " Ever tried."}]},
    ],
)
def test_json_of_whisper_is_read(tmp_path: Path, document: object) -> None:
    found = imported(tmp_path, "talk.json", json.dumps(document))
    assert found == Transcript((Segment(1.0, 2.5, "Ever tried."),), "en", 2.5, "imported", "json")


def test_words_of_whisper_keep_their_times(tmp_path: Path) -> None:
    words = [{"word": " Ever", "start": 1, "end": 2, "probability": 0.5}]
    document = {"segments": [{"start": 1, "end": 2, "text": " Ever", "words": words, "speaker": "SPEAKER_00"}]}
    (found,) = imported(tmp_path, "talk.json", json.dumps(document)).segments
    assert found == Segment(1.0, 2.0, "Ever", (Word(1.0, 2.0, "Ever", 0.5),), "SPEAKER_00")


def test_the_version_that_is_read_is_the_one_that_is_written() -> None:
    assert json_transcript.VERSION == json_document.VERSION


TIMES = "00:00:01,000 --> 00:00:02,000\n"


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.txt", "Ever tried.", "only SRT, VTT and JSON"),
        ("a.srt", "", "no text"),
        ("a.srt", f"1\n{TIMES}", "no text"),
        ("a.srt", "Ever tried.", "line 1 "),
        ("a.srt", f"1\n{TIMES}Ever\n\ntried.", "line 5 "),
        ("a.srt", f"1\n{TIMES}Ever\n2\n{TIMES}tried.", "line 5 "),
        ("a.srt", "1\n00:00:02,000 --> 00:00:01,000\nBackwards.", "line 2 "),
        ("a.srt", "1\n9999999:00:00,000 --> 9999999:00:01,000\nLate.", "line 2 "),
        ("a.srt", b"1\n00:00:01,000 --> 00:00:02,000\ncaf\xe9", "UTF-8"),
        ("a.vtt", f"1\n{TIMES}Ever", "line 1 "),
        ("a.vtt", f"WEBVTT\n{TIMES}Ever", "line 2 "),
        ("a.json", "{", "isn't a transcript"),
        ("a.json", "[" * 100_000, "isn't a transcript"),
        ("a.json", "[]", "isn't a transcript"),
        ("a.json", "{}", "isn't a transcript"),
        ("a.json", '{"segments": [{"start": NaN, "end": 1, "text": "a"}]}', "isn't a transcript"),
        ("a.json", '{"segments": [{"start": 1e999, "end": 1e999, "text": "a"}]}', "isn't a transcript"),
        ("a.json", '{"segments": [{"start": true, "end": 2, "text": "a"}]}', "isn't a transcript"),
        ("a.json", '{"segments": [{"start": 1, "end": 2, "text": ["a"]}]}', "isn't a transcript"),
        ("a.json", '{"segments": [{"start": 2, "end": 1, "text": "a"}]}', "isn't a transcript"),
        ("a.json", '{"notula": 2, "segments": []}', "newer version"),
        ("a.json", '{"segments": []}', "no text"),
    ],
)
def test_what_cannot_be_read_is_told(tmp_path: Path, name: str, content: str | bytes, told: str) -> None:
    with pytest.raises(ImportFailed) as failed:
        imported(tmp_path, name, content)
    assert str(failed.value.message).startswith(f"{name} can't be imported")
    assert told in str(failed.value.message)


def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    (tmp_path / "folder.srt").mkdir()
    for name in ("gone.srt", "folder.srt"):
        with pytest.raises(ImportFailed, match="can't be opened"):
            read_transcript(tmp_path / name)


def test_a_file_that_is_too_large_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = f"1\n{TIMES}Ever tried.\n"
    monkeypatch.setattr(transcript_file, "MOST_BYTES", len(content))
    assert imported(tmp_path, "a.srt", content).text == "Ever tried."
    with pytest.raises(ImportFailed, match="larger than"):
        imported(tmp_path, "a.srt", content + "\n")
    monkeypatch.undo()
    monkeypatch.setattr(limits, "LONGEST_TEXT", 10)
    with pytest.raises(ImportFailed, match="larger than"):
        imported(tmp_path, "a.srt", content)


PIECES = st.sampled_from(
    [
        "WEBVTT",
        "\n",
        "\n\n",
        "1",
        "00:00:01,000",
        " --> ",
        "00:00:02.000",
        "<v ",
        "A>",
        "</v>",
        "&amp;",
        "NOTE",
        "-->",
        "<",
        "- ",
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "segments",
                    "start",
                    "end",
                    "text",
                    "words",
                    "notula",
                    "chunks",
                    "timestamp",
                    "transcription",
                    "offsets",
                    "from",
                    "to",
                    "speaker",
                    "language",
                    "result",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@FILES
@given(
    st.sampled_from(IMPORT_SUFFIXES),
    st.binary(max_size=200)
    | st.lists(PIECES | st.text(max_size=3), max_size=30).map(lambda said: "".join(said).encode("utf-8", "replace"))
    | JSON.map(lambda value: json.dumps(value).encode()),
)
def test_whatever_is_in_a_file_is_a_transcript_or_refused(tmp_path: Path, suffix: str, content: bytes) -> None:
    with contextlib.suppress(ImportFailed):
        found = imported(tmp_path, f"a{suffix}", content)
        assert found.text
        assert all(0 <= one.start_s <= one.end_s < math.inf for one in found.segments)
        assert [one.start_s for one in found.segments] == sorted(one.start_s for one in found.segments)


@FILES
@given(transcripts)
def test_every_export_is_read_or_has_no_text(tmp_path: Path, transcript: Transcript) -> None:
    timed = [*transcript.segments, *(word for one in transcript.segments for word in one.words)]
    assume(all(one.start_s < limits.LATEST_S and one.end_s < limits.LATEST_S for one in timed))
    for format_name in ("srt", "vtt"):
        written = render(of(transcript), format_name)
        if "-->" in written.decode():
            assert imported(tmp_path, f"a.{format_name}", written).segments
