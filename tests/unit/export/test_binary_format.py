"""A format that isn't text needs an entry in the table and nothing else."""

import io
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import pytest

from core.bot.delivery.rendering import contents_of, file_of
from core.bot.delivery.zip_archive import zip_of
from core.cli.options import format_names
from core.cli.process_transcript import format_of
from core.cli.terminal import Terminal
from core.config import Settings
from core.domain import Segment, StoredTranscript
from core.domain.errors import OutputFailed
from core.export import FORMATS, Format, chat_formats, write, write_to_folder
from core.i18n import Translator
from tests.unit.export.test_formats import stored

CONTENT = b"\x00\xff\xfe no text \r\n"


@pytest.fixture(autouse=True)
def binary_format(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Format("bin", ".bin", "application/octet-stream", "Numbers (BIN)", lambda _: CONTENT, is_text=False)
    monkeypatch.setitem(FORMATS, "bin", made)


@pytest.fixture
def talk() -> StoredTranscript:
    return stored(Segment(0.0, 1.0, "Hello."))


@pytest.fixture
def terminal() -> Terminal:
    unused = cast("None", None)
    return Terminal(Translator("en"), unused, unused, unused)  # type: ignore[arg-type]


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
    file = file_of(talk, "bin", "id")
    assert (file.name, file.data) == ("talk.id.bin", CONTENT)
    assert contents_of(Translator("en"), talk, ("bin",))[1] == file_of(talk, "bin")
    archive = await zip_of(one(), "bin")
    assert zipfile.ZipFile(io.BytesIO(archive.data)).read("talk.bin") == CONTENT


def test_the_command_line_takes_and_writes_it(
    talk: StoredTranscript, terminal: Terminal, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert format_names(terminal, "txt, bin") == ("txt", "bin")
    assert format_of(Path("talk.BIN")) == "bin"
    terminal.print_transcript(talk, "bin")
    assert capfdbinary.readouterr().out == CONTENT


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
