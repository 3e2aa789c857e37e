"""The pages of the window that errors name."""

from enum import StrEnum


class WindowPage(StrEnum):
    """The page on which the cause of an error can be mended. The pages have these names in the window."""

    PROVIDERS = "providers"
    SETTINGS = "settings"
