"""Markdown for notes: title, facts, paragraphs with their time."""

import re

from core.domain import StoredTranscript
from core.export.clean import milliseconds, one_line, seconds
from core.export.cues import clock_time
from core.export.json_document import iso_time
from core.export.paragraphs import Paragraph, paragraphs

_SPECIAL = re.compile(r"([\\`*_\[\]<>&#|~])")


def render_markdown(stored: StoredTranscript) -> str:
    """The transcript as Markdown; what looks like mark-up in the text is escaped."""
    transcript = stored.transcript
    created = iso_time(stored.entry.created_at)
    parts = [
        f"# {_escaped(one_line(stored.entry.name))}",
        "| Length | Language | Model | Transcribed |\n"
        "|---|---|---|---|\n"
        f"| {_clock(round(seconds(transcript.duration_s)))} | {_escaped(one_line(transcript.language))} "
        f"| {_escaped(one_line(transcript.model))} | {created[:10]} {created[11:16]} UTC |",
        *map(_render, paragraphs(transcript.segments)),
    ]
    return "\n\n".join(parts) + "\n"


def _render(paragraph: Paragraph) -> str:
    speaker = f"**{_escaped(paragraph.speaker)}:** " if paragraph.speaker else ""
    return f"[{_clock(paragraph.start_s)}] {speaker}{_escaped(paragraph.text)}"


def _clock(time_s: float) -> str:
    return clock_time(milliseconds(time_s), ".")[:-4]


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
