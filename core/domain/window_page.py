"""The places in the window that sentences name."""

from enum import StrEnum


class WindowPage(StrEnum):
    """The page, the section of the settings or the setting to which a sentence sends people.

    They have these names in the window, and settings those of `core.config`.
    """

    SETTINGS = "settings"
    PROVIDERS = "settings.providers"
    MODELS = "settings.models"
    WATCHING = "settings.watching"
    BOT = "bot"
    BOT_CHATS = "bot.chats"
    BOT_CONNECTION = "bot.connection"
    QUEUE = "queue"
    MODEL = "settings.model"
    SPEAKERS = "settings.speakers"
    BUDGET = "settings.monthly_budget"
    ANY_KEYRING = "settings.unsafe_keyring"
    RECORDINGS_AT_ONCE = "settings.workers"
    CACHE_DAYS = "settings.cache_days"
