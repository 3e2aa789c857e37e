"""What a person may set about subtitles."""

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from core.domain import mark
from core.export import PRESET_LABELS, PRESETS, RULE_BOUNDS, STANDARD, SubtitleRules

CUSTOM = "custom"

_SUBTITLES: JsonDict = {"restricts": False, "section": "export", "group": mark("Subtitles")}


class SubtitleSettings(BaseModel):
    """The subtitles' part of `Settings`. The values below the preset count where that is `custom`."""

    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)

    subtitles: str = Field(
        "standard",
        title=mark("Subtitles"),
        description=mark(
            "How much text is on the screen, and for how long, in SRT and VTT files. The values below count with "
            "'As set below'."
        ),
        pattern=f"^({'|'.join((*PRESETS, CUSTOM))})$",
        json_schema_extra={
            **_SUBTITLES,
            "choices": {**PRESET_LABELS, CUSTOM: mark("As set below")},
        },
    )
    subtitle_line_columns: int = Field(
        STANDARD.line_columns,
        title=mark("Characters a line"),
        description=mark("The widest line. Chinese, Japanese and Korean characters count twice."),
        ge=RULE_BOUNDS.line_columns[0],
        le=RULE_BOUNDS.line_columns[1],
        json_schema_extra=_SUBTITLES,
    )
    subtitle_lines: int = Field(
        STANDARD.lines,
        title=mark("Lines"),
        description=mark("The most lines of a subtitle. With two or more, people who speak at once have a line each."),
        ge=RULE_BOUNDS.lines[0],
        le=RULE_BOUNDS.lines[1],
        json_schema_extra=_SUBTITLES,
    )
    subtitle_shortest_s: float = Field(
        STANDARD.shortest_s,
        title=mark("Shortest time on the screen"),
        description=mark("In seconds. What is said faster is joined with what comes before or after it."),
        ge=RULE_BOUNDS.shortest_s[0],
        le=RULE_BOUNDS.shortest_s[1],
        json_schema_extra=_SUBTITLES,
    )
    subtitle_longest_s: float = Field(
        STANDARD.longest_s,
        title=mark("Longest time on the screen"),
        description=mark("In seconds. Longer text is divided into several subtitles."),
        ge=RULE_BOUNDS.longest_s[0],
        le=RULE_BOUNDS.longest_s[1],
        json_schema_extra=_SUBTITLES,
    )
    subtitle_columns_per_second: float = Field(
        STANDARD.columns_per_second,
        title=mark("Reading speed"),
        description=mark("In characters a second. Subtitles stay longer where a silence after them allows it."),
        ge=RULE_BOUNDS.columns_per_second[0],
        le=RULE_BOUNDS.columns_per_second[1],
        json_schema_extra=_SUBTITLES,
    )
    subtitle_gap_s: float = Field(
        STANDARD.gap_s,
        title=mark("Gap between subtitles"),
        description=mark("In seconds, at least."),
        ge=RULE_BOUNDS.gap_s[0],
        le=RULE_BOUNDS.gap_s[1],
        json_schema_extra=_SUBTITLES,
    )
    subtitle_at_punctuation: bool = Field(
        STANDARD.at_punctuation,
        title=mark("Divide at punctuation"),
        description=mark("Lines and subtitles end at the end of a sentence or a clause where they can."),
        json_schema_extra=_SUBTITLES,
    )

    @property
    def subtitle_rules(self) -> SubtitleRules:
        """The rules of the preset, or the values that are set."""
        if self.subtitles != CUSTOM:
            return PRESETS[self.subtitles]
        return SubtitleRules(
            self.subtitle_line_columns,
            self.subtitle_lines,
            self.subtitle_shortest_s,
            self.subtitle_longest_s,
            self.subtitle_columns_per_second,
            self.subtitle_gap_s,
            self.subtitle_at_punctuation,
        )
