"""What a person has set, and where things are kept."""

from core.config.bot_settings import BotAudience, BotSettings
from core.config.routing_settings import PROVIDER_NAME
from core.config.settings import Settings, lacks_budget
from core.config.settings_file import LoadedSettings, load_settings
from core.config.subtitle_settings import SubtitleSettings
from core.config.window_settings import Theme
from core.system.folders import APPLICATION, Folders

__all__ = [
    "APPLICATION",
    "PROVIDER_NAME",
    "BotAudience",
    "BotSettings",
    "Folders",
    "LoadedSettings",
    "Settings",
    "SubtitleSettings",
    "Theme",
    "lacks_budget",
    "load_settings",
]
