"""The pages of the window that errors name."""

from enum import StrEnum


class WindowPage(StrEnum):
    """The page, or the section of the settings, on which the cause of an error can be mended.

    They have these names in the window.
    """

    SETTINGS = "settings"
    PROVIDERS = "settings.providers"
    MODELS = "settings.models"
    BOT = "bot"
