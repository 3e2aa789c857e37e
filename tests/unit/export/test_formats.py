import itertools
import json
import math
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import srt
import webvtt
from hypothesis import given, settings
from hypothesis import strategies as st

from core.config import Settings
from core.domain import HistoryEntry, Segment, StoredTranscript, Transcript, TranscriptId, Word
from core.domain.graphemes import columns
from core.export import FORMATS, is_empty, render
from core.export.paragraphs import paragraphs_of
from tests.property_examples import share_of_examples
from tests.unit.export.reading import text_of
from tests.unit.samples import HASH

any_text = st.text(st.characters(), max_size=200) | st.sampled_from(
    [
        "1\n00:00:01,000 --> 00:00:02,000\nx",
        "a --> b",
        "NOTE x",
        "STYLE",
        "WEBVTT",
        "\ufeff",
        "\x00",
        "\ud800",
        "<i>&amp;",
    ]
)
any_time = st.floats() | st.floats(-10, 1e6) | st.just(0.0)
words = st.builds(Word, any_time, any_time, any_text, st.floats())
segments = st.builds(
    Segment, any_time, any_time, any_text, st.lists(words, max_size=4).map(tuple), st.none() | any_text
)
transcripts = st.builds(
    Transcript, st.lists(segments, max_size=8).map(tuple), st.just("en"), any_time, st.just("on-device"), any_text
)


def stored(*segments: Segment, name: str = "talk.wav", created_at: float = 1_767_225_600.0) -> StoredTranscript:
    duration_s = segments[-1].end_s if segments else 0.0
    transcript = Transcript(segments, "en", duration_s, "on-device", "tiny.en")
    return of(transcript, name, created_at)


def of(transcript: Transcript, name: str = "talk.wav", created_at: float = 0.0) -> StoredTranscript:
    entry = HistoryEntry(
        TranscriptId(1), name, f"/recordings/{name}", created_at, transcript.duration_s, "en", "on-device", "tiny.en"
    )
    return StoredTranscript(entry, HASH, transcript)


def _as_timedelta(time: str) -> timedelta:
    hours, minutes, seconds = time.split(":")
    return timedelta(hours=int(hours), minutes=int(minutes), milliseconds=int(seconds.replace(".", "")))


def test_the_settings_know_the_same_formats() -> None:
    assert Settings.model_validate({"export_formats": reversed(FORMATS)}).export_formats == tuple(FORMATS)


@settings(max_examples=share_of_examples(0.4))
@given(transcripts, any_text, any_time)
def test_any_transcript_is_written_in_every_format(transcript: Transcript, name: str, created_at: float) -> None:
    for format_name, one in FORMATS.items():
        written = render(of(transcript, name, created_at), format_name)
        assert text_of(written, format_name) or one.needs_text


@given(transcripts)
def test_any_transcript_makes_subtitles_that_other_programs_read(transcript: Transcript) -> None:
    texts = ["".join(segment.text.split()) for segment in transcript.segments]
    subtitles = list(srt.parse(render(of(transcript), "srt").decode("utf-8")))
    captions = webvtt.from_string(render(of(transcript), "vtt").decode("utf-8")).captions

    assert len(subtitles) == len(captions) >= any(text.isalnum() for text in texts)
    assert [subtitle.index for subtitle in subtitles] == list(range(1, len(subtitles) + 1))
    assert all(subtitle.start < subtitle.end for subtitle in subtitles)
    assert all(one.end <= next_one.start for one, next_one in itertools.pairwise(subtitles))
    for subtitle, caption in zip(subtitles, captions, strict=True):
        assert [subtitle.start, subtitle.end] == [_as_timedelta(caption.start), _as_timedelta(caption.end)]
        assert len(subtitle.content.split("\n")) <= 2


@given(st.floats(0, 1e6), st.lists(st.floats(1.002, 6.9), min_size=1, max_size=20))
def test_times_are_right_to_the_millisecond(first: float, lengths: list[float]) -> None:
    times = list(itertools.accumulate(lengths, initial=first))
    pieces = [Segment(a, b, "Fail better.") for a, b in itertools.pairwise(times)]
    subtitles = list(srt.parse(render(stored(*pieces), "srt").decode("utf-8")))

    assert len(subtitles) == len(pieces)
    for subtitle, piece in zip(subtitles, pieces, strict=True):
        assert math.isclose(subtitle.start.total_seconds(), piece.start_s, abs_tol=0.001)
        assert math.isclose(subtitle.end.total_seconds(), piece.end_s, abs_tol=0.001)


def test_more_than_99_hours_are_fine() -> None:
    late = stored(Segment(3_600 * 123.5, 3_600 * 123.5 + 1, "Still here."))
    assert "123:30:00,000 --> 123:30:01,000" in render(late, "srt").decode("utf-8")
    assert webvtt.from_string(render(late, "vtt").decode("utf-8")).captions[0].start == "123:30:00.000"
    assert "[123:30:00] Still here." in render(late, "md").decode("utf-8")


def test_a_long_segment_becomes_cues_of_two_short_lines() -> None:
    text = (
        "It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of foolishness"
    )
    subtitles = list(srt.parse(render(stored(Segment(0, 11, text)), "srt").decode("utf-8")))

    assert len(subtitles) == 2
    assert all(len(subtitle.content.split("\n")) == 2 for subtitle in subtitles)
    assert all(len(line) <= 42 for subtitle in subtitles for line in subtitle.content.split("\n"))
    assert " ".join(subtitle.content.replace("\n", " ") for subtitle in subtitles) == text
    assert subtitles[0].end.total_seconds() == pytest.approx(5.5, abs=1)


def test_no_cue_stays_longer_than_seven_seconds() -> None:
    text = "It was the best of times, it was the worst of times."
    slow = list(srt.parse(render(stored(Segment(10, 54, text)), "srt").decode("utf-8")))
    assert " ".join(subtitle.content.replace("\n", " ") for subtitle in slow) == text
    assert len(slow) == 8
    assert all((subtitle.end - subtitle.start).total_seconds() <= 7 for subtitle in slow)
    assert slow[0].start.total_seconds() == 10
    assert slow[-1].end.total_seconds() == 54

    (one_word,) = srt.parse(render(stored(Segment(10, 54, "Yes.")), "srt").decode("utf-8"))
    assert one_word.end.total_seconds() == 17


def test_a_long_silence_between_words_ends_a_cue() -> None:
    said = (Word(0, 1, "Ever"), Word(1, 2, " tried."), Word(12, 13, " Ever"), Word(13, 14, " failed."))
    first, second = srt.parse(render(stored(Segment(0, 14, "Ever tried. Ever failed.", said)), "srt").decode("utf-8"))
    assert (first.content, first.end.total_seconds()) == ("Ever tried.", 2)
    assert (second.content, second.start.total_seconds()) == ("Ever failed.", 12)


def test_cues_follow_the_times_of_the_words() -> None:
    text = " ".join(["word"] * 30)
    starts = [i * 0.2 if i < 17 else i * 0.2 + 3 for i in range(30)]
    said = tuple(Word(start, start + 0.1, " word") for start in starts)
    first, second, third = srt.parse(render(stored(Segment(0, 10, text, said)), "srt").decode("utf-8"))

    cut = len(first.content.split())
    assert first.end.total_seconds() == pytest.approx(said[cut].start_s, abs=0.101)
    assert second.start.total_seconds() == pytest.approx(said[cut].start_s)
    assert third.start.total_seconds() == pytest.approx(said[17].start_s), "a pause of three seconds parts cues"


def test_markup_is_escaped() -> None:
    one = stored(Segment(0, 1, "a < b & *c* --> [d]", speaker="A>B"))
    assert "<v A&gt;B>a &lt; b &amp; *c* --&gt; [d]" in render(one, "vtt").decode("utf-8")
    assert r"**A\>B:** a \< b \& \*c\* --\> \[d\]" in render(one, "md").decode("utf-8")
    assert "A>B: a < b & *c* → [d]" in render(one, "srt").decode("utf-8")


def test_json_holds_everything() -> None:
    one = stored(Segment(0.12345, 1, " Fail better.", (Word(0.1, 0.5, " Fail", 0.9),), "Sam"))
    assert json.loads(render(one, "json").decode("utf-8")) == {
        "notula": 1,
        "name": "talk.wav",
        "language": "en",
        "duration_s": 1,
        "provider": "on-device",
        "model": "tiny.en",
        "created_at": "2026-01-01T00:00:00+00:00",
        "notices": [],
        "text": "Fail better.",
        "segments": [
            {
                "start_s": 0.123,
                "end_s": 1,
                "text": "Fail better.",
                "speaker": "Sam",
                "words": [{"start_s": 0.1, "end_s": 0.5, "text": "Fail", "probability": 0.9}],
            }
        ],
    }


@pytest.fixture
def in_jakarta(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This process is in another time zone for a while."""
    monkeypatch.setenv("TZ", "WIB-7")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone can't be changed while Python runs")
def test_all_formats_tell_local_time_as_the_window_does(in_jakarta: None) -> None:
    made = stored(Segment(0, 1, "word"), created_at=1_767_225_600.0)
    assert json.loads(render(made, "json").decode("utf-8"))["created_at"] == "2026-01-01T07:00:00+07:00"
    assert "| 2026-01-01 07:00 UTC+07:00 |" in render(made, "md").decode("utf-8")


def test_a_pause_a_speaker_and_six_sentences_begin_paragraphs() -> None:
    pieces = [Segment(i, i + 1, f"Sentence {i}.") for i in range(7)]
    pieces += [Segment(10, 11, "After a pause."), Segment(11, 12, "Another one.", speaker="Ann")]
    assert render(stored(*pieces), "txt").decode("utf-8").split("\n\n") == [
        "Sentence 0. Sentence 1. Sentence 2. Sentence 3. Sentence 4. Sentence 5.",
        "Sentence 6.",
        "After a pause.",
        "Ann: Another one.\n",
    ]
    assert "[00:00:10] After a pause.\n" in render(stored(*pieces), "md").decode("utf-8")


def test_a_long_paragraph_ends_with_a_sentence() -> None:
    pieces = [Segment(i, i + 1, "long words " * 10 + ("are here." if i % 2 else "and")) for i in range(12)]
    written = render(stored(*pieces), "txt").decode("utf-8").strip().split("\n\n")
    assert len(written) == 2
    assert all(paragraph.endswith("are here.") for paragraph in written)


def test_a_short_pause_after_some_sentences_begins_a_paragraph() -> None:
    pieces = [Segment(i * 1.1, i * 1.1 + 1.0, f"Sentence {i}.") for i in range(4)]
    pieces += [Segment(5.5, 6.0, "After a breath."), Segment(7.2, 8.0, "Another one.")]
    assert render(stored(*pieces), "txt").decode("utf-8").split("\n\n") == [
        "Sentence 0. Sentence 1. Sentence 2. Sentence 3.",
        "After a breath. Another one.\n",
    ]


@pytest.mark.parametrize("format_name", FORMATS)
def test_silence_makes_a_file_too(format_name: str) -> None:
    assert "None" not in text_of(render(stored(), format_name), format_name)


@pytest.mark.parametrize(
    "sentence",
    [
        "It was the best of times, it was the worst of times. ",
        "今天天气很好我们一起去公园散步吧。",
        "आज मौसम बहुत अच्छा है और हम पार्क में टहलने जाएंगे। ",
        "สวัสดีครับวันนี้เราจะมาพูดถึงเรื่องการประชุมประจำเดือน ",
        "今天天气很好我们一起去公园散步吧",
    ],
)
def test_a_text_in_one_segment_has_paragraphs_in_every_script(sentence: str) -> None:
    found = paragraphs_of([Segment(10.0, 610.0, sentence * 60)])
    assert len(found) > 1
    assert "".join("".join(each.text.split()) for each in found) == "".join((sentence * 60).split())
    assert all(columns(each.text) <= 1400 for each in found)
    assert [each.start_s for each in found] == sorted(each.start_s for each in found)
    assert found[0].start_s == 10.0
    assert all(each.text.endswith(sentence.strip()[-1]) for each in found if sentence.strip()[-1] in ".。।")


def test_without_full_stops_a_breath_ends_a_long_paragraph() -> None:
    said = [
        Segment(5.0 * place, 5.0 * place + (3.8 if place % 8 == 7 else 5.0), "去公园散步" * 8) for place in range(32)
    ]
    assert [each.start_s for each in paragraphs_of(said)] == [0.0, 40.0, 80.0, 120.0]


NOTED = "Ask Ann.\n\n- a *third*\n- \u202eevil\x07"


def test_notes_are_written_only_where_a_format_holds_them() -> None:
    plain = stored(Segment(0.0, 2.0, "So it goes."))
    noted = replace(plain, notes=f"\n{NOTED}\n")
    for name, one in FORMATS.items():
        has_notes = "Ask Ann." in text_of(render(noted, name), name)
        assert has_notes is one.holds_notes is (name not in ("srt", "vtt"))
        assert "Ask Ann." not in text_of(render(plain, name), name)
        if not has_notes:
            assert render(noted, name) == render(plain, name)


def test_each_line_of_the_notes_stays_a_line_without_what_could_mislead() -> None:
    noted = replace(stored(Segment(0.0, 2.0, "So it goes.")), notes=NOTED)
    assert render(noted, "txt").decode() == "So it goes.\n\nNotes:\nAsk Ann.\n\n- a *third*\n- evil\n"
    assert render(noted, "md").decode().endswith("## Notes\n\nAsk Ann.  \n\n- a \\*third\\*  \n- evil\n")
    assert json.loads(render(noted, "json"))["notes"] == "Ask Ann.\n\n- a *third*\n- evil"
    assert "notes" not in json.loads(render(replace(noted, notes=" \n"), "json"))


def test_notes_about_silence_are_something_to_write() -> None:
    silent = replace(stored(), notes="Nobody came.")
    assert not is_empty(silent, "txt")
    assert render(silent, "txt").decode() == "Notes:\nNobody came.\n"
    assert is_empty(silent, "srt")
    assert is_empty(stored(), "txt")
