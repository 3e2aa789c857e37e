"""The one table of formats. A new one is a file beside this one, and an entry here.

The settings, the command line, the window's menus and the bot's buttons read this table. What writes a format is
imported when it is first used: the window needs the names before it is seen.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from core.domain import StoredTranscript, TranslatableText, mark
from core.export.subtitles.rules import STANDARD, SubtitleRules


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write a transcript.

    `name` is what people write for it in settings and commands, `label` the English for menus. `render` gives the
    content of a file, of a text format in UTF-8, and `render_by` that of subtitles by rules. A format that isn't text
    is never printed on a terminal. One that `needs_text` has nothing to say of a recording in which nobody speaks. One
    that `holds_notes` ends with those of the transcript.
    """

    name: str
    suffix: str
    media_type: str
    label: str
    render: Callable[[StoredTranscript], bytes]
    is_text: bool = True
    needs_text: bool = False
    is_offered_in_chats: bool = True
    holds_notes: bool = True
    render_by: Callable[[StoredTranscript, SubtitleRules], bytes] | None = None


def in_utf8(render: Callable[[StoredTranscript], str]) -> Callable[[StoredTranscript], bytes]:
    """The renderer of a text format, for `Format.render`."""
    return lambda stored: render(stored).encode("utf-8")


def _subtitles(
    name: str, media_type: str, label: str, render_by: Callable[[StoredTranscript, SubtitleRules], str]
) -> Format:
    """A format of subtitles; without rules it is written by the standard ones."""

    def in_bytes(stored: StoredTranscript, rules: SubtitleRules = STANDARD) -> bytes:
        return render_by(stored, rules).encode("utf-8")

    return Format(name, f".{name}", media_type, label, in_bytes, needs_text=True, holds_notes=False, render_by=in_bytes)


def _plain_text(stored: StoredTranscript) -> str:
    from core.export.plain_text import render_plain_text

    return render_plain_text(stored)


def _srt(stored: StoredTranscript, rules: SubtitleRules) -> str:
    from core.export.srt import render_srt

    return render_srt(stored, rules)


def _vtt(stored: StoredTranscript, rules: SubtitleRules) -> str:
    from core.export.vtt import render_vtt

    return render_vtt(stored, rules)


def _json(stored: StoredTranscript) -> str:
    from core.export.json_document import render_json

    return render_json(stored)


def _markdown(stored: StoredTranscript) -> str:
    from core.export.markdown import render_markdown

    return render_markdown(stored)


def _word_document(stored: StoredTranscript) -> bytes:
    from core.export.word_document import render_word_document

    return render_word_document(stored)


FORMATS: dict[str, Format] = {
    each.name: each
    for each in (
        Format("txt", ".txt", "text/plain", mark("Text (TXT)"), in_utf8(_plain_text), needs_text=True),
        _subtitles("srt", "application/x-subrip", mark("Subtitles (SRT)"), _srt),
        _subtitles("vtt", "text/vtt", mark("Web subtitles (VTT)"), _vtt),
        Format(
            "json",
            ".json",
            "application/json",
            mark("Data with all times (JSON)"),
            in_utf8(_json),
            is_offered_in_chats=False,
        ),
        Format("md", ".md", "text/markdown", mark("Document (Markdown)"), in_utf8(_markdown)),
        Format(
            "docx",
            ".docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            mark("Word document (DOCX)"),
            _word_document,
            is_text=False,
        ),
    )
}


def chat_formats() -> tuple[str, ...]:
    """The names of the formats that the bot offers."""
    return tuple(each.name for each in FORMATS.values() if each.is_offered_in_chats)


def format_of_file(file: Path) -> Format | None:
    """The format that the ending of a file's name stands for, None where it stands for none."""
    suffix = file.suffix.lower()
    return next((each for each in FORMATS.values() if each.suffix == suffix), None)


def is_empty(stored: StoredTranscript, format_name: str) -> bool:
    """Whether a file in this format would say nothing: nobody speaks, no notes. Raises KeyError as `render` does."""
    chosen = FORMATS[format_name]
    return chosen.needs_text and not stored.transcript.text and not (chosen.holds_notes and stored.notes)


def render(stored: StoredTranscript, format_name: str, rules: SubtitleRules = STANDARD) -> bytes:
    """The content of a file with the transcript in this format. Raises KeyError for a name that isn't in the table."""
    chosen = FORMATS[format_name]
    return chosen.render(stored) if chosen.render_by is None else chosen.render_by(stored, rules)


def export_notices(
    stored: StoredTranscript, format_name: str, rules: SubtitleRules = STANDARD
) -> tuple[TranslatableText, ...]:
    """What to say beside what `render` gives: which of the rules these subtitles could not keep.

    Raises KeyError as `render` does.
    """
    if FORMATS[format_name].render_by is None:
        return ()
    from core.export.subtitles.cues import cues
    from core.export.subtitles.rule_notices import rule_notices

    return rule_notices(cues(stored.transcript.segments, rules), rules)
