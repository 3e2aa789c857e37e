"""Plain text in paragraphs."""

from core.domain import StoredTranscript
from core.export.paragraphs import Paragraph, paragraphs


def render_plain_text(stored: StoredTranscript) -> str:
    """The transcript as paragraphs with a blank line between them."""
    return "\n".join(f"{_render(paragraph)}\n" for paragraph in paragraphs(stored.transcript.segments))


def _render(paragraph: Paragraph) -> str:
    return f"{paragraph.speaker}: {paragraph.text}" if paragraph.speaker else paragraph.text
