"""SubRip subtitles: numbered cues with a comma before the milliseconds."""

from core.domain import StoredTranscript
from core.export.cues import Cue, clock_time, cues


def render_srt(stored: StoredTranscript) -> str:
    """The transcript as SubRip."""
    numbered = enumerate(cues(stored.transcript.segments), start=1)
    return "\n".join(_render(number, cue) for number, cue in numbered)


def _render(number: int, cue: Cue) -> str:
    text = "\n".join(cue.lines)
    if cue.speaker:
        text = f"{cue.speaker}: {text}"
    times = f"{clock_time(cue.start_ms, ',')} --> {clock_time(cue.end_ms, ',')}"
    # The arrow would look like a cue of its own to simple readers.
    return f"{number}\n{times}\n{text.replace('-->', '→')}\n"
