"""Pages of the window that sentences name."""

from enum import StrEnum


class Place(StrEnum):
    """Where in Notula something can be done about an error. The pages have these names in the window."""

    PROVIDERS = "providers"
    SETTINGS = "settings"
