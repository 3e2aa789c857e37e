"""Rules for subtitles: how much text is on the screen, and for how long."""

from dataclasses import dataclass, fields

from core.domain import mark


@dataclass(frozen=True, slots=True)
class RuleBounds:
    """The least and the largest value of each rule."""

    line_columns: tuple[int, int] = (10, 100)
    lines: tuple[int, int] = (1, 4)
    shortest_s: tuple[float, float] = (0.3, 2.0)
    longest_s: tuple[float, float] = (3.0, 30.0)
    columns_per_second: tuple[float, float] = (5.0, 60.0)
    gap_s: tuple[float, float] = (0.0, 0.25)


RULE_BOUNDS = RuleBounds()
"""All values within these bounds can be had together: the longest time is always longer than the shortest."""


@dataclass(frozen=True, slots=True)
class SubtitleRules:
    """What a cue may be. Columns are characters of ordinary width; a Chinese or Japanese character takes two.

    `columns_per_second` is how fast people read: a cue stays longer than its speech where the following silence
    allows. `gap_s` is left between two cues. With `at_punctuation` cues and lines end at a sentence's or clause's end
    where they can. Raises ValueError for a value that is out of bounds.
    """

    line_columns: int = 42
    lines: int = 2
    shortest_s: float = 1.0
    longest_s: float = 7.0
    columns_per_second: float = 25.0
    gap_s: float = 0.0
    at_punctuation: bool = True

    def __post_init__(self) -> None:
        for rule in fields(RuleBounds):
            value, (least, most) = getattr(self, rule.name), getattr(RULE_BOUNDS, rule.name)
            if not least <= value <= most:
                raise ValueError(f"{rule.name} {value} is not within {least} and {most}")


STANDARD = SubtitleRules()
"""Two lines of 42 characters for up to 7 seconds, a common guideline. Editors warn above 25 characters a second.

https://partnerhelp.netflixstudios.com/hc/en-us/articles/215758617-Timed-Text-Style-Guide-General-Requirements
"""

PRESETS: dict[str, SubtitleRules] = {
    "standard": STANDARD,
    # As the guideline above has it for films: 5/6 of a second, 17 characters a second, two frames between cues.
    "broadcast": SubtitleRules(shortest_s=0.833, columns_per_second=17.0, gap_s=0.083),
    "short-lines": SubtitleRules(line_columns=24, shortest_s=0.7, longest_s=4.0),
    "one-line": SubtitleRules(lines=1, longest_s=5.0),
}
"""By the name that people write in settings and commands."""

PRESET_LABELS = {
    "standard": mark("Standard: two lines of 42 characters"),
    "broadcast": mark("Broadcast: slower to read, gaps between subtitles"),
    "short-lines": mark("Short lines, for upright video"),
    "one-line": mark("One line"),
}
