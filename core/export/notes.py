"""What was noted about a transcript, as the lines of a document."""

from core.domain import StoredTranscript
from core.domain.visible import visible

NOTES_HEADING = "Notes"
"""In English, as all that documents say by themselves."""


def noted_lines(stored: StoredTranscript) -> tuple[str, ...]:
    """The lines of the notes without blank ones at both ends; none where there are no notes."""
    return tuple(visible(line).rstrip() for line in stored.notes.strip().splitlines())
