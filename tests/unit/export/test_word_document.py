"""DOCX files, read by a reader of their own."""

from dataclasses import replace

from hypothesis import given, settings

from core.domain import Segment, Transcript, TranslatableText
from core.export import render
from core.export.paragraphs import paragraphs_of
from tests.property_examples import share_of_examples
from tests.unit.export.reading import word_paragraphs
from tests.unit.export.test_formats import of, stored, transcripts

GREY = "707070"


def test_it_has_title_facts_notices_and_paragraphs_with_speaker_and_time() -> None:
    said = stored(Segment(0, 1, "Ever tried.", speaker="Sam"), Segment(61, 62, "Ever failed."), name="beckett.wav")
    noted = replace(said, transcript=replace(said.transcript, notices=(TranslatableText("A part is missing."),)))
    title, facts, notice, first, second = word_paragraphs(render(noted, "docx"))

    assert (title.style, title.text) == ("Heading1", "beckett.wav")
    assert facts.text == "00:01:02  ·  en  ·  tiny.en  ·  2026-01-01 00:00"
    assert [run.colour for run in facts.runs] == [GREY]
    assert (notice.text, notice.runs[0].is_italic) == ("A part is missing.", True)
    assert [(run.text, run.is_bold, run.colour) for run in first.runs] == [
        ("[00:00:00] ", False, GREY),
        ("Sam: ", True, ""),
        ("Ever tried.", False, ""),
    ]
    assert second.text == "[00:01:01] Ever failed."


def test_languages_from_right_to_left_are_set_from_right_to_left() -> None:
    *_, latin, arabic, hebrew = word_paragraphs(
        render(
            stored(
                Segment(0, 1, "Hello."),
                Segment(5, 6, "\u0645\u0631\u062d\u0628\u0627", speaker="Ana"),
                Segment(9, 10, "\u05e9\u05dc\u05d5\u05dd"),
            ),
            "docx",
        )
    )
    assert [each.is_right_to_left for each in (latin, arabic, hebrew)] == [False, True, True]
    assert [run.is_right_to_left for run in arabic.runs] == [False, False, True]


def test_the_same_transcript_gives_the_same_file() -> None:
    said = stored(Segment(0, 1, "Ever tried."))
    assert render(said, "docx") == render(said, "docx")


@settings(max_examples=share_of_examples(0.3))
@given(transcripts)
def test_the_text_of_any_transcript_is_in_it(transcript: Transcript) -> None:
    expected = paragraphs_of(transcript.segments)
    written = word_paragraphs(render(of(transcript), "docx"))
    assert len(written) == 2 + len(expected)
    for paragraph, wanted in zip(written[2:], expected, strict=True):
        assert paragraph.runs[-1].text == wanted.text
        assert any(run.is_bold and run.text == f"{wanted.speaker}: " for run in paragraph.runs) == bool(wanted.speaker)
