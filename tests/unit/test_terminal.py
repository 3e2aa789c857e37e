"""What a command says, and what becomes of it where nobody can be told."""

import asyncio
import errno
import io
import sys
from collections.abc import Callable

import pytest

from core.cli.commands import commands
from core.cli.library import list_history
from core.cli.terminal import Terminal
from core.config import Folders, LoadedSettings, Settings
from core.domain import Message
from core.domain.errors import ModelNotWritten, OutputFailed
from core.domain.write_failure import write_failure
from core.redaction import Redactor
from core.settings_service import SettingsService
from core.store import Database
from core.store.notices import keep_notice
from core.translate import Translator

LOST = Message("The database was damaged. Transcripts saved: {transcripts}.", {"transcripts": 7})


@pytest.fixture
def terminal(folders: Folders) -> Terminal:
    service = SettingsService(LoadedSettings(Settings()), folders.settings_file)
    return Terminal(Translator(), folders, service, Redactor())


@pytest.fixture
def command(terminal: Terminal) -> Callable[..., int]:
    """Runs a command in this process; its exit status."""

    def run(*arguments: str) -> int:
        try:
            commands(terminal)(args=list(arguments), prog_name="notula")
        except SystemExit as ended:
            return int(ended.code or 0)
        return 0

    return run


class FullStream(io.StringIO):
    def __init__(self, code: int) -> None:
        super().__init__()
        self._code = code

    def flush(self) -> None:
        raise OSError(self._code, "refused")


@pytest.mark.parametrize(
    ("code", "reason"),
    [(errno.ENOSPC, "the disk is full"), (errno.EIO, "reports errors"), (errno.EDQUOT, "your share")],
)
def test_a_full_standard_output_is_a_sentence(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, code: int, reason: str
) -> None:
    monkeypatch.setattr(sys, "stdout", FullStream(code))
    with pytest.raises(OutputFailed, match=reason):
        terminal.say("text")


def test_a_reader_that_has_gone_is_no_failure_of_ours(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", FullStream(errno.EPIPE))
    with pytest.raises(BrokenPipeError):
        terminal.say("text")


def test_a_full_standard_error_stops_nothing(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", FullStream(errno.ENOSPC))
    terminal.note("about it")


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (OSError(errno.ENOSPC, ""), "the disk is full"),
        (OSError(errno.EROFS, ""), "may only be read"),
        (OSError(errno.EDQUOT, ""), "your share of the disk"),
        (OSError(errno.EACCES, ""), "you may not write there"),
        (OSError(errno.ENOTDIR, ""), "a file where a folder belongs"),
        (OSError(errno.EBUSY, ""), "check the folder"),
        (ValueError("embedded null byte"), "can't be used"),
    ],
)
def test_each_reason_for_which_nothing_can_be_written_is_told(error: OSError | ValueError, reason: str) -> None:
    failed = ModelNotWritten(model="base", reason=write_failure(error))
    assert reason in str(failed)
    assert Translator("id").message(failed.message) != str(failed)


@pytest.mark.parametrize(
    "arguments",
    [
        ("history",),
        ("show", "1"),
        ("usage",),
        ("models",),
        ("models", "delete", "small"),
        ("keys", "list"),
        ("keys", "delete", "groq", "--yes"),
        ("delete", "--yes", "1"),
        ("translate", "1", "id"),
        ("providers",),
    ],
    ids=" ".join,
)
def test_what_was_lost_is_told_by_whichever_command_comes_next_and_once(
    folders: Folders, command: Callable[..., int], capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    async def lose() -> None:
        database = await Database.open(folders.database)
        await database.write(lambda written: keep_notice(written, LOST))
        await database.close()

    asyncio.run(lose())
    command(*arguments)
    assert capsys.readouterr().err.count(str(LOST)) == 1
    command(*arguments)
    assert str(LOST) not in capsys.readouterr().err


async def test_a_command_that_only_reads_makes_nothing_where_there_is_nothing(terminal: Terminal) -> None:
    await terminal.tell_news()
    assert not terminal.folders.database.exists()
    assert await list_history(terminal, "") == 0
