"""WebVTT subtitles (https://www.w3.org/TR/webvtt1/)."""

from core.domain import StoredTranscript
from core.export.subtitles.cues import Cue, SpokenLines, clock_time, cues
from core.export.subtitles.placement import DASH
from core.export.subtitles.rules import SubtitleRules


def render_vtt(stored: StoredTranscript, rules: SubtitleRules) -> str:
    """The transcript as WebVTT."""
    return "\n".join(["WEBVTT\n", *map(_render, cues(stored.transcript.segments, rules))])


def _render(cue: Cue) -> str:
    dash = DASH if len(cue.voices) > 1 else ""
    text = "\n".join(_said(voice, dash) for voice in cue.voices)
    return f"{clock_time(cue.start_ms, '.')} --> {clock_time(cue.end_ms, '.')}\n{text}\n"


def _said(voice: SpokenLines, dash: str) -> str:
    """In a span of its own where it has a name and isn't alone (https://www.w3.org/TR/webvtt1/#webvtt-cue-voice-span)."""
    text = _escaped(dash + "\n".join(voice.lines))
    if not voice.speaker:
        return text
    return f"<v {_escaped(voice.speaker)}>{text}" + ("</v>" if dash else "")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
