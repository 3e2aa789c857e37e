"""Markdown for notes: title, facts, paragraphs with their time."""

import re
from datetime import datetime

from core.domain import StoredTranscript
from core.export.clean import milliseconds, one_line, seconds
from core.export.local_time import local_time
from core.export.notes import NOTES_HEADING, noted_lines
from core.export.paragraphs import Paragraph, paragraphs_of
from core.export.subtitles.cues import clock_time

_SPECIAL = re.compile(r"([\\`*_\[\]<>&#|~])")


def render_markdown(stored: StoredTranscript) -> str:
    """The transcript as Markdown; what looks like mark-up in the text is escaped."""
    transcript = stored.transcript
    created = local_time(stored.entry.created_at)
    parts = [
        f"# {_escaped(one_line(stored.entry.name))}",
        "| Length | Language | Model | Transcribed |\n"
        "|---|---|---|---|\n"
        f"| {_clock(round(seconds(transcript.duration_s)))} | {_escaped(one_line(transcript.language))} "
        f"| {_escaped(one_line(transcript.model))} | {created:%Y-%m-%d %H:%M} UTC{_offset(created)} |",
        *map(_render, paragraphs_of(transcript.segments)),
    ]
    if noted := noted_lines(stored):
        # Two spaces keep a line from being joined to the next one, and leave lists as they are.
        parts += [f"## {NOTES_HEADING}", "\n".join(f"{_escaped(line)}  " if line else "" for line in noted).rstrip()]
    return "\n\n".join(parts) + "\n"


def _render(paragraph: Paragraph) -> str:
    speaker = f"**{_escaped(paragraph.speaker)}:** " if paragraph.speaker else ""
    return f"[{_clock(paragraph.start_s)}] {speaker}{_escaped(paragraph.text)}"


def _offset(moment: datetime) -> str:
    """`+07:00`, and nothing for UTC itself."""
    return moment.isoformat()[-6:] if moment.utcoffset() else ""


def _clock(time_s: float) -> str:
    return clock_time(milliseconds(time_s), ".")[:-4]


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
