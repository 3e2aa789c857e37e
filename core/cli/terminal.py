"""What a command is given: the language, the folders, the settings, and where to write."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.app.settings import SettingsService
from core.cli.running import stopped_with_grace, to_the_end
from core.config import Folders, LoadedSettings, Settings, load_settings
from core.domain import StoredTranscript, TranslatableText, mark
from core.domain.errors import OutputFailed, SettingsUnusable, StoreError
from core.domain.no_speech import sentence_without_speech
from core.domain.translatable_text import distinct
from core.domain.visible import one_line, visible_lines
from core.domain.write_failure import write_failure
from core.export import FORMATS, export_notices, is_empty, render
from core.i18n import Translator, interface_translator
from core.observability.logs import set_up_logging
from core.observability.redaction import Redactor

if TYPE_CHECKING:
    from core.app.library import Library
    from core.app.notula import Notula

_NOT_TEXT = mark("this format is no text. Write it to a file, as in '> FILE'.")


@dataclass(frozen=True)
class Terminal:
    """What every command needs: the language, the folders, the settings and two places to write to.

    `redactor` is what the log goes through. `unusable` is why the settings can't be used; the service then holds
    defaults, for commands that only print something.
    """

    tr: Translator
    folders: Folders
    settings_service: SettingsService
    redactor: Redactor
    unusable: tuple[TranslatableText, ...] = ()

    @property
    def settings(self) -> Settings:
        """The settings in use."""
        return self.settings_service.current

    def say(self, text: str) -> None:
        """Print a result, without what a terminal could take for a command.

        Raises `OutputFailed`, and BrokenPipeError where the reader has closed the pipe.
        """
        text = visible_lines(text)
        try:
            sys.stdout.write(text if text.endswith("\n") else f"{text}\n")
            sys.stdout.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OutputFailed(reason=write_failure(error)) from error

    def print_transcript(self, stored: StoredTranscript, format_name: str, *, heading: str = "") -> None:
        """Write a transcript to standard output; a text with a heading is followed by a blank line.

        Nothing is written where nobody speaks, unless the format says more than the text.

        Raises `OutputFailed`, also for a format that isn't text where standard output is a terminal, and
        BrokenPipeError.
        """
        if is_empty(stored, format_name):
            return
        content = render(stored, format_name, self.settings.subtitle_rules)
        if FORMATS[format_name].is_text:
            self.say(heading + content.decode() + ("\n" if heading else ""))
            return
        if sys.stdout.isatty():
            raise OutputFailed(reason=TranslatableText(_NOT_TEXT))
        try:
            sys.stdout.buffer.write(content)
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OutputFailed(reason=write_failure(error)) from error

    def note(self, text: str) -> None:
        """Something about it. One line, without what a terminal could take for a command."""
        with contextlib.suppress(OSError):  # There is no other place to say so.
            sys.stderr.write(f"{one_line(text)}\n")
            sys.stderr.flush()

    def complain(self, message: TranslatableText, name: str = "") -> None:
        """Say what went wrong, with the recording's name before it where the sentence doesn't hold it."""
        sentence = self.tr.message(message)
        holds_name = name in ("", *message.values.values())
        self.note(sentence if holds_name else f"{name}: {sentence}")

    def tell_notices(self, stored: StoredTranscript, *format_names: str) -> None:
        """Say what a reader of this transcript has to know of its recording, and of its files in these formats."""
        remark = sentence_without_speech(stored.transcript)
        of_recording = (*stored.transcript.notices, *([remark] if remark is not None else []))
        for notice in (*of_recording, *self.notices_on_formats(stored, format_names)):
            self.complain(notice, stored.entry.name)

    def notices_on_formats(self, stored: StoredTranscript, format_names: Iterable[str]) -> tuple[TranslatableText, ...]:
        """What is to be known of this transcript's files in these formats; nothing twice."""
        rules = self.settings.subtitle_rules
        return distinct(each for name in format_names for each in export_notices(stored, name, rules))

    @asynccontextmanager
    async def notula(self, *, resume: bool = False, needs_keys: bool = False) -> AsyncIterator["Notula"]:
        """A started Notula, stopped at the end. It adopts the unfinished jobs of dead instances only with `resume`.

        Where a person is there to ask, the passphrase of their keys is asked for: with `needs_keys`, and where the
        settings name providers that have keys.
        """
        from core.app.notula import Notula
        from core.domain.provider_state import ON_DEVICE

        key_file = None
        if needs_keys or any(name != ON_DEVICE for name in self.settings.providers):
            from core.cli.key_passphrase import opened_key_file

            key_file = await opened_key_file(self)
        notula = Notula(self.settings_service, self.folders, redactor=self.redactor, key_file=key_file)
        try:
            await to_the_end(notula.start(resume=resume))
        except asyncio.CancelledError:
            await notula.stop()
            raise
        try:
            yield notula
            await self._tell(notula.snapshot().notices, notula.notices_told)
        finally:
            try:
                self.announce_grace_period(notula)
            finally:
                await stopped_with_grace(notula.stop(), notula.hurry)

    def announce_grace_period(self, notula: "Notula") -> None:
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

    @asynccontextmanager
    async def library(self) -> AsyncIterator["Library"]:
        """What there is to read, also where nothing can be written."""
        from core.app.library import Library

        library = await Library.open(self.folders.database)
        try:
            yield library
            await self._tell(library.notices, library.notices_told)
        finally:
            await to_the_end(library.close())

    async def show_pending_notices(self) -> None:
        """Print notices of earlier processes that were not shown, above all what a damaged database has lost."""
        from core.app.library import has_pending_notices, known_damage

        damage = await asyncio.to_thread(known_damage, self.folders.database)
        if damage is not None:
            self.complain(damage)
        elif await asyncio.to_thread(has_pending_notices, self.folders.database):
            async with self.library():
                pass  # It prints its notices at its end.

    async def _tell(self, notices: Sequence[TranslatableText], told: Callable[[], Awaitable[None]]) -> None:
        for notice in notices:
            self.complain(notice)
        if notices:
            with contextlib.suppress(StoreError):  # Then it is shown once more.
                await told()


def this_terminal(arguments: Sequence[str]) -> Terminal:
    """The terminal, or pipe, that this process was started in with these. Sets up logging and reads the settings.

    Ends the process where these can't be used, unless the command is help or a check-up.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    folders = Folders.of_this_user()
    problems: list[TranslatableText] = []
    redactor = set_up_logging(folders.log, tell=problems.append)
    try:
        loaded = load_settings(folders.settings_file)
    except SettingsUnusable as error:
        tr = interface_translator(error.language)
        if not _is_check_up(arguments):  # That prints them itself.
            problems += error.problems
        for problem in problems:
            sys.stderr.write(f"{one_line(tr.message(problem))}\n")
        if not (_is_check_up(arguments) or asks_for_help(arguments)):
            sys.exit(error.exit_status)
        defaults = SettingsService(LoadedSettings(Settings.model_validate({})), folders.settings_file)
        return Terminal(tr, folders, defaults, redactor, error.problems)
    tr = interface_translator(loaded.settings.interface_language)
    terminal = Terminal(tr, folders, SettingsService(loaded, folders.settings_file), redactor)
    for problem in (*problems, *loaded.problems):
        terminal.complain(problem)
    return terminal


def asks_for_help(arguments: Sequence[str]) -> bool:
    """Whether nothing but help can come of these. What follows an option may be that option's value."""
    *words, last = arguments or ["--help"]
    return last == "--help" and not any(word.startswith("-") for word in words)


def _is_check_up(arguments: Sequence[str]) -> bool:
    return list(arguments) == ["doctor"]
