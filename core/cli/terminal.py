"""What a command is given: the language, the folders, the settings, and where to write."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.cli.running import stopped_with_grace, to_the_end
from core.config import SETTINGS_UNUSABLE, Folders, Settings, SettingsUnusable, load_settings
from core.domain import Message
from core.domain.visible import one_line, visible_lines
from core.logs import set_up_logging
from core.redaction import Redactor
from core.settings_service import SettingsService
from core.translate import Translator, interface_translator

if TYPE_CHECKING:
    from core.app import Notula


@dataclass(frozen=True)
class Terminal:
    """What every command needs: the language, the folders, the settings and two places to write to.

    `redactor` is what the log goes through.
    """

    tr: Translator
    folders: Folders
    settings_service: SettingsService
    redactor: Redactor

    @property
    def settings(self) -> Settings:
        """The settings in use."""
        return self.settings_service.current

    def say(self, text: str) -> None:
        """Something that was asked for, without what a terminal could take for a command."""
        text = visible_lines(text)
        sys.stdout.write(text if text.endswith("\n") else f"{text}\n")
        sys.stdout.flush()

    def note(self, text: str) -> None:
        """Something about it. One line, without what a terminal could take for a command."""
        sys.stderr.write(f"{one_line(text)}\n")
        sys.stderr.flush()

    def complain(self, message: Message, name: str = "") -> None:
        """Say what went wrong, with the recording's name before it where the sentence doesn't hold it."""
        sentence = self.tr.message(message)
        holds_name = name in ("", *message.values.values())
        self.note(sentence if holds_name else f"{name}: {sentence}")

    @asynccontextmanager
    async def notula(self, *, resume: bool = False) -> AsyncIterator["Notula"]:
        """A Notula that takes up nothing which another one left, unless it is to `resume` that."""
        from core.app import Notula

        notula = Notula(self.settings_service, self.folders, redactor=self.redactor)
        try:
            await to_the_end(notula.start(resume=resume))
        except asyncio.CancelledError:
            await notula.stop()
            raise
        try:
            yield notula
        finally:
            try:
                self._tell_of_grace(notula)
            finally:
                await stopped_with_grace(notula.stop(), notula.hurry)

    def _tell_of_grace(self, notula: "Notula") -> None:
        """Say what is waited for, where something is, and how to end at once."""
        running = notula.snapshot().statistics.running
        grace_s = notula.settings.shutdown_grace_s
        if running and grace_s:
            self.note(
                self.tr.plural(
                    "{count} recording is being finished, in {seconds} s at the latest. Stop once more to end it now.",
                    "{count} recordings are being finished, in {seconds} s at the latest. Stop once more to end them "
                    "now.",
                    running,
                    seconds=f"{grace_s:g}",
                )
            )


def this_terminal() -> Terminal:
    """The terminal, or pipe, that this process was started in. Sets up logging and reads the settings.

    Ends the process where these can't be used.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    folders = Folders.of_this_user()
    problems: list[Message] = []
    redactor = set_up_logging(folders.log, tell=problems.append)
    try:
        loaded = load_settings(folders.settings_file)
    except SettingsUnusable as error:
        tr = interface_translator(error.language)
        for problem in (*problems, *error.problems):
            sys.stderr.write(f"{one_line(tr.message(problem))}\n")
        sys.exit(SETTINGS_UNUSABLE)
    tr = interface_translator(loaded.settings.interface_language)
    terminal = Terminal(tr, folders, SettingsService(loaded, folders.settings_file), redactor)
    for problem in (*problems, *loaded.problems):
        terminal.complain(problem)
    return terminal
