"""The sections of the settings page. A setting's declaration names its own; one that names none is in the last."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from core.config.declarations import extra_of
from core.config.settings import Settings
from core.domain import mark


class SettingsSection(StrEnum):
    """In the order in which the page lists them. The values are what declarations say."""

    GENERAL = "general"
    TRANSCRIPTION = "transcription"
    MODELS = "models"
    PROVIDERS = "providers"
    EXPORT = "export"
    WATCHING = "watching"
    BOT = "bot"
    LIMITS = "limits"
    KEYBOARD = "keyboard"
    ADVANCED = "advanced"


SECTION_TITLES = {
    SettingsSection.GENERAL: mark("General"),
    SettingsSection.TRANSCRIPTION: mark("Transcription"),
    SettingsSection.MODELS: mark("Models"),
    SettingsSection.PROVIDERS: mark("Providers & keys"),
    SettingsSection.EXPORT: mark("Export & subtitles"),
    SettingsSection.WATCHING: mark("Watched folders"),
    SettingsSection.BOT: mark("Bot"),
    SettingsSection.LIMITS: mark("Limits & cache"),
    SettingsSection.KEYBOARD: mark("Keyboard"),
    SettingsSection.ADVANCED: mark("Advanced"),
}


@dataclass(frozen=True, slots=True)
class SettingsGroup:
    """Settings of a section that belong together, by name, in the order of their declarations.

    `title` is in English, wrapped in `mark`; empty for those that belong to no group. The page folds `is_advanced`.
    """

    title: str
    names: tuple[str, ...]
    is_advanced: bool


def section_of(name: str) -> SettingsSection:
    """The section in which a setting is shown."""
    return SettingsSection(extra_of(Settings.model_fields[name]).get("section", SettingsSection.ADVANCED))


def groups_of(section: SettingsSection) -> tuple[SettingsGroup, ...]:
    """The groups of a section, those for everybody first. Settings with an editor of their own are left out."""
    return _groups_by_section(Settings)[section]


@cache
def _groups_by_section(settings: type[Settings]) -> dict[SettingsSection, tuple[SettingsGroup, ...]]:
    found: dict[SettingsSection, dict[tuple[bool, str], list[str]]] = {section: {} for section in SettingsSection}
    for name, field in settings.model_fields.items():
        extra = extra_of(field)
        if not extra.get("own_editor"):
            key = (bool(extra.get("advanced")), str(extra.get("group", "")))
            found[section_of(name)].setdefault(key, []).append(name)
    return {
        section: tuple(
            SettingsGroup(title, tuple(names), is_advanced)
            for (is_advanced, title), names in sorted(groups.items(), key=lambda one: one[0][0])
        )
        for section, groups in found.items()
    }


def default_of(name: str) -> object:
    """The value of a setting that nobody has set."""
    return Settings.model_fields[name].get_default(call_default_factory=True)
