"""What a person has set, and where things are kept."""

from core.config.bot_settings import BotAudience, BotSettings
from core.config.settings import PROVIDER_NAME, Settings, Theme, wants_budget
from core.config.settings_file import LoadedSettings, load_settings
from core.system.folders import APPLICATION, Folders

__all__ = [
    "APPLICATION",
    "PROVIDER_NAME",
    "BotAudience",
    "BotSettings",
    "Folders",
    "LoadedSettings",
    "Settings",
    "Theme",
    "load_settings",
    "wants_budget",
]
