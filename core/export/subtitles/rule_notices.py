"""What to say of subtitles for which people speak too fast, so that the rules could not all be kept."""

import math
from collections.abc import Sequence

from core.domain import TranslatableText, mark
from core.domain.graphemes import columns
from core.export.subtitles.cues import Cue
from core.export.subtitles.rules import SubtitleRules

LATE = mark(
    "These subtitles come up to {seconds} s later than the words: people speak faster than the rules for subtitles "
    "leave room for. More characters a line or a shorter time on the screen help."
)
FAST = mark(
    "{fast} of these {all} subtitles can't be read at {columns} characters a second before the next one comes: people "
    "speak faster than that."
)

LATEST_UNTOLD_S = 0.5
"""A cue that comes so late still seems to be with its words; short words are joined and placed by the rules so."""

MOST_FAST_UNTOLD = 0.2
"""Single fast sentences are in every talk. From this share of the cues on the rule is no rule for the talk."""

_INEXACT = 1.02
"""Times are whole milliseconds, and a cue's reading time is too."""


def rule_notices(cues: Sequence[Cue], rules: SubtitleRules) -> tuple[TranslatableText, ...]:
    """How late these cues come at most, and how many are too short to be read at the speed of the rules."""
    notices = []
    late_s = max((cue.late_ms for cue in cues), default=0) / 1000
    if late_s > LATEST_UNTOLD_S:
        notices.append(TranslatableText(LATE, {"seconds": math.ceil(late_s * 10) / 10}))
    fast = sum(is_too_fast(columns_per_second(cue), rules) for cue in cues)
    if fast > MOST_FAST_UNTOLD * len(cues):
        speed = rules.columns_per_second
        notices.append(TranslatableText(FAST, {"fast": fast, "all": len(cues), "columns": speed}))
    return tuple(notices)


def is_too_fast(speed: float, rules: SubtitleRules) -> bool:
    """Whether so many columns a second are more than the rules have people read."""
    return speed > rules.columns_per_second * _INEXACT


def columns_per_second(cue: Cue) -> float:
    """How fast its text has to be read, by the columns of its lines without the names of speakers."""
    shown = sum(columns(line) for voice in cue.voices for line in voice.lines)
    return shown * 1000 / max(1, cue.end_ms - cue.start_ms)
