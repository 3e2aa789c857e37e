"""WebVTT subtitles (https://www.w3.org/TR/webvtt1/)."""

from core.domain import StoredTranscript
from core.export.cues import Cue, clock_time, cues


def render_vtt(stored: StoredTranscript) -> str:
    """The transcript as WebVTT."""
    return "\n".join(["WEBVTT\n", *map(_render, cues(stored.transcript.segments))])


def _render(cue: Cue) -> str:
    text = _escaped("\n".join(cue.lines))
    if cue.speaker:
        text = f"<v {_escaped(cue.speaker)}>{text}"
    return f"{clock_time(cue.start_ms, '.')} --> {clock_time(cue.end_ms, '.')}\n{text}\n"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
