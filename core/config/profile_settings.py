"""Profiles: the settings of transcription and export under a name, to be switched together.

Nothing in a profile restricts: who transcribes, what that may cost, the bot and its people, limits and the set of keys
stay as they are. So no switch, and nobody who writes a profile, can send a recording to somebody else.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from core.config.export_settings import ExportSettings
from core.config.subtitle_settings import SubtitleSettings
from core.config.transcription_settings import TranscriptionSettings
from core.domain import mark
from core.domain.visible import one_line

HELD = (
    "language",
    "model",
    "beam_size",
    "word_timestamps",
    "vocabulary",
    "speakers",
    "people",
    "to_english",
    "export_folder",
    "export_formats",
    *SubtitleSettings.model_fields,
)
"""What a profile holds, by name of setting."""

MOST_PROFILES = 50
LONGEST_NAME = 60
"""Characters of a profile's name."""

Profile = dict[str, Any]
"""Values by name of setting, of JSON's types."""


class _Held(ExportSettings, SubtitleSettings, TranscriptionSettings):
    """What checks the values of a profile."""


class ProfileSettings(BaseModel):
    """The profiles' part of `Settings`."""

    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)

    saved_profiles: dict[str, Profile] = Field(
        default_factory=dict,
        title=mark("Profiles"),
        description=mark("Settings of transcription and export under a name, to be switched together."),
        json_schema_extra={
            "restricts": False,
            "section": "general",
            "own_editor": True,
            "by_entry": True,
            "rule": mark("for each name a table with settings of transcription and export alone, 50 at most"),
        },
    )

    @field_validator("saved_profiles")
    @classmethod
    def _possible_profiles(cls, profiles: dict[str, Profile]) -> dict[str, Profile]:
        if len(profiles) > MOST_PROFILES:
            raise ValueError("too many profiles")
        for name, values in profiles.items():
            if not name or len(name) > LONGEST_NAME or one_line(name).strip() != name:
                raise ValueError("a name that can't be")
            if not values or not set(values) <= set(HELD):
                raise ValueError("nothing, or a setting that no profile holds")
            _Held.model_validate(values)
        return profiles


def held_values(settings: BaseModel) -> Profile:
    """What a profile made from these settings holds."""
    return settings.model_dump(mode="json", include=set(HELD))


def profile_in_use(settings: BaseModel, profiles: Mapping[str, Profile]) -> str:
    """The name of the first profile whose values are those in use; empty where there is none."""
    present = held_values(settings)
    return next((name for name, values in profiles.items() if {**present, **values} == present), "")
