"""Plain text in paragraphs."""

from core.domain import StoredTranscript
from core.export.notes import NOTES_HEADING, noted_lines
from core.export.paragraphs import Paragraph, paragraphs_of


def render_plain_text(stored: StoredTranscript) -> str:
    """The transcript as paragraphs with a blank line between them, and after them its notes."""
    parts = [f"{_render(paragraph)}\n" for paragraph in paragraphs_of(stored.transcript.segments)]
    if noted := noted_lines(stored):
        parts.append("\n".join((f"{NOTES_HEADING}:", *noted, "")))
    return "\n".join(parts)


def _render(paragraph: Paragraph) -> str:
    return f"{paragraph.speaker}: {paragraph.text}" if paragraph.speaker else paragraph.text
