"""The one table of formats. A new one is a file beside this one, and an entry here.

The settings, the command line, the window's menus and the bot's buttons read this table.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from core.domain import StoredTranscript, mark
from core.export.json_document import render_json
from core.export.markdown import render_markdown
from core.export.plain_text import render_plain_text
from core.export.srt import render_srt
from core.export.vtt import render_vtt


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write a transcript.

    `name` is what people write for it in settings and commands, `label` the English for menus. `render` gives the
    content of a file, of a text format in UTF-8. A format that isn't text is never printed on a terminal.
    """

    name: str
    suffix: str
    media_type: str
    label: str
    render: Callable[[StoredTranscript], bytes]
    is_text: bool = True
    is_offered_in_chats: bool = True


def in_utf8(render: Callable[[StoredTranscript], str]) -> Callable[[StoredTranscript], bytes]:
    """The renderer of a text format, for `Format.render`."""
    return lambda stored: render(stored).encode("utf-8")


FORMATS: dict[str, Format] = {
    each.name: each
    for each in (
        Format("txt", ".txt", "text/plain", mark("Text (TXT)"), in_utf8(render_plain_text)),
        Format("srt", ".srt", "application/x-subrip", mark("Subtitles (SRT)"), in_utf8(render_srt)),
        Format("vtt", ".vtt", "text/vtt", mark("Web subtitles (VTT)"), in_utf8(render_vtt)),
        Format(
            "json",
            ".json",
            "application/json",
            mark("Data with all times (JSON)"),
            in_utf8(render_json),
            is_offered_in_chats=False,
        ),
        Format("md", ".md", "text/markdown", mark("Document (Markdown)"), in_utf8(render_markdown)),
    )
}


def chat_formats() -> tuple[str, ...]:
    """The names of the formats that the bot offers."""
    return tuple(each.name for each in FORMATS.values() if each.is_offered_in_chats)


def format_of_file(file: Path) -> Format | None:
    """The format that the ending of a file's name stands for, None where it stands for none."""
    suffix = file.suffix.lower()
    return next((each for each in FORMATS.values() if each.suffix == suffix), None)


def render(stored: StoredTranscript, format_name: str) -> bytes:
    """The content of a file with the transcript in this format. Raises KeyError for a name that isn't in the table."""
    return FORMATS[format_name].render(stored)
