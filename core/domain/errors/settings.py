"""Errors of the settings as a whole, and of changing them."""

from collections.abc import Sequence
from typing import ClassVar

from core.domain.errors.base import NotulaError
from core.domain.translatable_text import TranslatableText, TranslatableValue, mark


class SettingsError(NotulaError):
    """Something about the settings as a whole, or about a change of them."""

    sentence = mark("The settings could not be changed. The log has the details.")


class SettingsUnusable(SettingsError):
    """The settings can't be used as they are, and defaults in their place might allow more than the owner chose.

    `problems` are all that has to be told, a sentence each; `language` is the one that the interface was set to.
    """

    exit_status: ClassVar[int] = 78
    """Of the process that can't start: EX_CONFIG of sysexits.h."""
    sentence = mark("The settings can't be used.")

    def __init__(self, problems: Sequence[TranslatableText] = (), language: str = "system") -> None:
        super().__init__()
        self.problems = tuple(problems) or (self.message,)
        self.language = language
        self.message = self.problems[0]
        for problem in self.problems[1:]:
            self.message = TranslatableText("{first} {second}", {"first": self.message, "second": problem})
        self.args = (str(self.message),)


class SettingsNotSaved(SettingsError):
    """The settings file can't be written."""

    sentence = mark("The settings could not be saved to {path}, so nothing was changed: {reason}")


class SettingRefused(SettingsError):
    """A value that a setting can't have. `name` is the setting, `rule` says which values are allowed."""

    sentence = mark("That isn't allowed here. Allowed is: {rule}.")

    def __init__(self, name: str = "", rule: TranslatableValue = "") -> None:
        super().__init__(rule=rule)
        self.name = name


class SettingFixed(SettingsError):
    """A variable wins over what would be written, at the next start at the latest."""

    sentence = mark("The environment variable {variable} decides this. Change it there, or remove it.")


class SettingsEdited(SettingsError):
    """The file was edited meanwhile, and can't be used as it is now."""

    sentence = mark("Nothing was changed, because the settings can't be used as they are by now. {problem}")


class SettingsNotExported(SettingsError):
    """The file to take to another computer can't be written."""

    sentence = mark("The settings could not be written to {path}: {reason}")


class SettingsNotImported(SettingsError):
    """A file can't be taken over."""

    sentence = mark("Nothing was taken over from {path}, because {reason}")
