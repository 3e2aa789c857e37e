"""A format that isn't text needs an entry in the table and nothing else."""

import io
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from core.app.settings import SettingsService
from core.bot.delivery.rendering import contents_of, file_of
from core.bot.delivery.zip_archive import zip_of
from core.cli.commands import commands
from core.cli.options import format_names
from core.cli.process_transcript import format_of
from core.cli.terminal import Terminal
from core.config import Folders, LoadedSettings, Settings
from core.domain import Segment, StoredTranscript, TranscriptId
from core.domain.errors import OutputFailed
from core.export import FORMATS, Format, chat_formats, write, write_to_folder
from core.i18n import Translator
from core.observability.redaction import Redactor
from tests.unit.export.test_formats import stored

CONTENT = b"\x00\xff\xfe no text \r\n"


@pytest.fixture(autouse=True)
def binary_format(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Format("bin", ".bin", "application/octet-stream", "Numbers (BIN)", lambda _: CONTENT, is_text=False)
    monkeypatch.setitem(FORMATS, "bin", made)


@pytest.fixture
def talk() -> StoredTranscript:
    return stored(Segment(0.0, 1.0, "Hello."))


class OneTranscript(Terminal):
    """A terminal whose history has one transcript."""

    @asynccontextmanager
    async def library(self) -> AsyncIterator["OneTranscript"]:  # type: ignore[override]
        yield self

    async def get(self, number: TranscriptId, *, with_notes: bool = False) -> StoredTranscript:
        return stored(Segment(0.0, 1.0, "Hello."))

    async def tell_news(self) -> None:
        """There is none."""


@pytest.fixture
def terminal(folders: Folders) -> Terminal:
    service = SettingsService(LoadedSettings(Settings()), folders.settings_file)
    return OneTranscript(Translator("en"), folders, service, Redactor())


def notula(terminal: Terminal, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> object:
    """The command's exit status."""
    monkeypatch.setattr("sys.argv", ["notula", *arguments])
    try:
        commands(terminal)(prog_name="notula")
    except SystemExit as ended:
        return ended.code
    return 0


def test_it_is_written_to_files(talk: StoredTranscript, tmp_path: Path) -> None:
    write(talk, "bin", tmp_path / "own name")
    assert (tmp_path / "own name").read_bytes() == CONTENT
    written = write_to_folder(talk, "bin", tmp_path)
    assert (written.name, written.read_bytes()) == ("talk.bin", CONTENT)
    assert write_to_folder(talk, "bin", tmp_path) == written


def test_the_settings_allow_it() -> None:
    assert Settings.model_validate({"export_formats": ["bin", "txt"]}).export_formats == ("txt", "bin")


async def test_the_bot_offers_and_sends_it(talk: StoredTranscript) -> None:
    async def one() -> AsyncIterator[StoredTranscript]:
        yield talk

    assert "bin" in chat_formats()
    file = file_of(Translator("en"), talk, "bin", "id")
    assert (file.name, file.data) == ("talk.id.bin", CONTENT)
    assert contents_of(Translator("en"), talk, ("bin",))[1] == file_of(Translator("en"), talk, "bin")
    archive = await zip_of(Translator("en"), one(), "bin")
    assert zipfile.ZipFile(io.BytesIO(archive.data)).read("talk.bin") == CONTENT


def test_the_command_line_takes_and_writes_it(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert format_names(terminal, "txt, bin") == ("txt", "bin")
    assert format_of(Path("talk.BIN")) == "bin"
    assert notula(terminal, monkeypatch, "show", "1", "--format", "bin") == 0
    assert capfdbinary.readouterr().out == CONTENT
    assert notula(terminal, monkeypatch, "show", "--help") == 0
    assert b"json, md, docx, bin" in b" ".join(capfdbinary.readouterr().out.split())
    assert notula(terminal, monkeypatch, "transcribe", "--format", "bin", "talk.wav") == 2
    assert b"add -o FOLDER" in capfdbinary.readouterr().err


def test_it_is_not_written_on_a_screen(
    talk: StoredTranscript,
    terminal: Terminal,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    with pytest.raises(OutputFailed, match="no text"):
        terminal.print_transcript(talk, "bin")
    assert capfdbinary.readouterr().out == b""
