"""SubRip subtitles: numbered cues with a comma before the milliseconds."""

from core.domain import StoredTranscript
from core.export.subtitles.cues import Cue, SpokenLines, clock_time, cues
from core.export.subtitles.placement import DASH
from core.export.subtitles.rules import SubtitleRules


def render_srt(stored: StoredTranscript, rules: SubtitleRules) -> str:
    """The transcript as SubRip."""
    numbered = enumerate(cues(stored.transcript.segments, rules), start=1)
    return "\n".join(_render(number, cue) for number, cue in numbered)


def _render(number: int, cue: Cue) -> str:
    dash = DASH if len(cue.voices) > 1 else ""
    text = "\n".join(dash + _said(voice) for voice in cue.voices)
    times = f"{clock_time(cue.start_ms, ',')} --> {clock_time(cue.end_ms, ',')}"
    # The arrow would look like a cue of its own to simple readers.
    return f"{number}\n{times}\n{text.replace('-->', '→')}\n"


def _said(voice: SpokenLines) -> str:
    name = f"{voice.speaker}: " if voice.speaker else ""
    return name + "\n".join(voice.lines)
