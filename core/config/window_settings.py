"""What a person may set about the window."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from core.domain import mark
from core.i18n import INTERFACE_LANGUAGES


class Theme(StrEnum):
    """How the window looks."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


_GENERAL: JsonDict = {"restricts": False, "section": "general"}


class WindowSettings(BaseModel):
    """The window's part of `Settings`."""

    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)

    interface_language: str = Field(
        "system",
        title=mark("Language of the window"),
        description=mark("Changes at once. The bot answers each person in the language of that person."),
        pattern=f"^(system|{'|'.join(INTERFACE_LANGUAGES)})$",
        json_schema_extra={
            **_GENERAL,
            "choices": {"system": mark("As the system"), **INTERFACE_LANGUAGES},
        },
    )
    theme: Theme = Field(
        Theme.SYSTEM,
        title=mark("Appearance"),
        description=mark("Light or dark; 'As the system' follows your desktop."),
        json_schema_extra={
            **_GENERAL,
            "choices": {"system": mark("As the system"), "light": mark("Light"), "dark": mark("Dark")},
        },
    )
    notifications: bool = Field(
        True,
        title=mark("Notifications"),
        description=mark("Tell me when a recording is finished and the window isn't in front."),
        json_schema_extra=_GENERAL,
    )
    close_to_tray: bool = Field(
        True,
        title=mark("Keep running in the tray"),
        description=mark("Closing the window leaves Notula working; quit it from the tray's menu."),
        json_schema_extra=_GENERAL,
    )
