"""What a person has set, and where things are kept."""

from core.config.bot_settings import BotAudience, BotSettings
from core.config.folders import APPLICATION, Folders
from core.config.settings import EXPORT_FORMATS, PROVIDER_NAME, Settings, Theme
from core.config.settings_file import LoadedSettings, SettingsNotSaved, load_settings, save_settings

__all__ = [
    "APPLICATION",
    "EXPORT_FORMATS",
    "PROVIDER_NAME",
    "BotAudience",
    "BotSettings",
    "Folders",
    "LoadedSettings",
    "Settings",
    "SettingsNotSaved",
    "Theme",
    "load_settings",
    "save_settings",
]
