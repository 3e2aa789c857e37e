"""The table of formats. A new one is a file beside this one and a line here."""

from collections.abc import Callable
from dataclasses import dataclass

from core.domain import StoredTranscript, mark
from core.export.json_document import render_json
from core.export.markdown import render_markdown
from core.export.plain_text import render_text
from core.export.srt import render_srt
from core.export.vtt import render_vtt


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write a transcript. `label` is the English for file dialogs and menus, `mime` the media type."""

    name: str
    suffix: str
    mime: str
    label: str
    render: Callable[[StoredTranscript], str]


FORMATS: dict[str, Format] = {
    each.name: each
    for each in (
        Format("txt", ".txt", "text/plain", mark("Plain text"), render_text),
        Format("srt", ".srt", "application/x-subrip", mark("SubRip subtitles"), render_srt),
        Format("vtt", ".vtt", "text/vtt", mark("WebVTT subtitles"), render_vtt),
        Format("json", ".json", "application/json", mark("JSON with all times"), render_json),
        Format("md", ".md", "text/markdown", mark("Markdown"), render_markdown),
    )
}


def render(stored: StoredTranscript, format_name: str) -> str:
    """The transcript in one format; always valid UTF-8 text. Raises KeyError for a format that isn't in the table."""
    return FORMATS[format_name].render(stored)
