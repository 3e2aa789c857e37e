"""What can be wrong with settings as a whole."""

from collections.abc import Sequence

from core.domain import NotulaError, TranslatableText, mark

SETTINGS_UNUSABLE = 78
"""Exit status where the settings keep Notula from starting: EX_CONFIG of sysexits.h."""


class SettingsError(NotulaError):
    """Something about the settings as a whole, or about a change of them."""

    sentence = mark("The settings could not be changed. The log has the details.")


class SettingsUnusable(SettingsError):
    """The settings can't be used as they are, and defaults might allow more than the owner wants.

    `problems` are all that has to be told, a sentence each; `language` is the one that the interface was set to.
    """

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
