"""All settings together. Each is declared once with type, default, label and help, in the module of its subject.

The settings page, the file, the variables and the documentation's test follow from the declarations.
"""

import json
from typing import Any, Self

from pydantic import ConfigDict, ValidationInfo, field_validator

from core.config.bot_settings import BotAudience, BotSettings
from core.config.export_settings import ExportSettings
from core.config.limit_settings import LimitSettings
from core.config.profile_settings import ProfileSettings
from core.config.retention_settings import RetentionSettings
from core.config.routing_settings import RoutingSettings
from core.config.shortcut_settings import ShortcutSettings
from core.config.subtitle_settings import SubtitleSettings
from core.config.transcription_settings import TranscriptionSettings
from core.config.watch_settings import WatchSettings
from core.config.window_settings import WindowSettings
from core.domain.provider_settings import becomes_zero


class Settings(
    ExportSettings,
    WatchSettings,
    SubtitleSettings,
    RetentionSettings,
    LimitSettings,
    TranscriptionSettings,
    RoutingSettings,
    ShortcutSettings,
    ProfileSettings,
    WindowSettings,
    BotSettings,
):
    """Everything a person may set. `title` is the label on the settings page, `description` the help under it."""

    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)

    @field_validator("*", mode="before")
    @classmethod
    def _reject_what_is_no_number(cls, value: object, info: ValidationInfo) -> object:
        """To pydantic true is 1, which would make `bot_owner = true` an account's number, and 1e-400 is 0: no limit."""
        field = cls.model_fields[info.field_name or ""]
        if field.annotation in (int, float) and (isinstance(value, bool) or becomes_zero(value)):
            raise ValueError("no number, or one too small to be told from 0")
        return value

    @field_validator("export_formats", "providers", "vocabulary", "webhook_proxies", "webhook_networks", mode="before")
    @classmethod
    def _split_at_commas(cls, names: object) -> object:
        """In an environment variable several are written `txt,srt`, or as a list in JSON."""
        if not isinstance(names, str):
            return names
        if names.lstrip().startswith("["):
            return json.loads(names)
        parts = tuple(name.strip() for name in names.split(",") if name.strip())
        if names and not parts:
            raise ValueError("nothing between the commas")
        return parts

    def changed(self, **values: Any) -> Self:
        """These settings with some values replaced. Raises pydantic's ValidationError for one that isn't allowed."""
        return type(self)(**{**self.model_dump(), **values})


def lacks_budget(settings: Settings) -> bool:
    """Whether people whom the owner doesn't know may use the bot, and nobody has said what that may cost."""
    return settings.bot_audience is BotAudience.EVERYBODY and settings.monthly_budget <= 0
