"""The passphrase in a terminal: asked for once, three times at most, and only where somebody is there."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from core.cli import key_passphrase
from core.cli.key_passphrase import ask_for_new, opened_key_file
from core.config import Folders
from core.domain import TranslatableText
from core.domain.errors import KeyFileDamaged, PassphraseWrong
from core.i18n import Translator
from core.secrets import EncryptedKeyFile

PASSPHRASE = "four words of Sidney Carton"


@dataclass
class FakeTerminal:
    folders: Folders
    tr: Translator = field(default_factory=Translator)
    said: list[str] = field(default_factory=list)

    def complain(self, message: TranslatableText) -> None:
        self.said.append(str(message))

    def note(self, text: str) -> None:
        self.said.append(text)


class Tty(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(tmp_path: Path) -> FakeTerminal:
    return FakeTerminal(Folders(*(tmp_path / name for name in ("config", "data", "cache", "log"))))


@pytest.fixture
def types(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """A person at a terminal, who types these."""

    def answer(*typed: str) -> list[str]:
        questions: list[str] = []
        left: Iterator[str] = iter(typed)

        def ask(question: str) -> str:
            questions.append(question)
            try:
                return next(left)
            except StopIteration:
                raise EOFError from None

        monkeypatch.setattr(key_passphrase.getpass, "getpass", ask)
        monkeypatch.setattr("sys.stdin", Tty())
        return questions

    return answer


@pytest.fixture
def _kept(terminal: FakeTerminal) -> None:
    EncryptedKeyFile(terminal.folders.key_file, cost=2**4).make(PASSPHRASE)


async def test_without_a_file_nothing_is_asked(terminal: FakeTerminal, types: Callable[..., list[str]]) -> None:
    questions = types(PASSPHRASE)
    assert not (await opened_key_file(terminal)).is_there
    assert questions == []


@pytest.mark.usefixtures("_kept")
async def test_it_is_asked_for_until_it_is_right(terminal: FakeTerminal, types: Callable[..., list[str]]) -> None:
    questions = types("wrong", PASSPHRASE)
    assert not (await opened_key_file(terminal)).is_locked
    assert questions == ["Passphrase for your keys: "] * 2
    assert terminal.said == [str(PassphraseWrong().message)]


@pytest.mark.usefixtures("_kept")
async def test_after_three_attempts_it_is_given_up(terminal: FakeTerminal, types: Callable[..., list[str]]) -> None:
    questions = types("a", "b", "c", PASSPHRASE)
    with pytest.raises(PassphraseWrong):
        await opened_key_file(terminal)
    assert len(questions) == 3


@pytest.mark.usefixtures("_kept")
async def test_who_types_nothing_goes_on_without_the_keys(
    terminal: FakeTerminal, types: Callable[..., list[str]]
) -> None:
    types()
    assert (await opened_key_file(terminal)).is_locked


@pytest.mark.usefixtures("_kept")
async def test_a_pipe_is_never_asked(terminal: FakeTerminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("piped"))
    assert (await opened_key_file(terminal)).is_locked
    assert ask_for_new(terminal) == ""
    assert terminal.said == []


async def test_a_damaged_file_is_told(terminal: FakeTerminal, types: Callable[..., list[str]]) -> None:
    types(PASSPHRASE)
    terminal.folders.data.mkdir()
    terminal.folders.key_file.write_text("{}")
    with pytest.raises(KeyFileDamaged):
        await opened_key_file(terminal)


def test_a_new_one_is_typed_twice(terminal: FakeTerminal, types: Callable[..., list[str]]) -> None:
    types("one passphrase", "another", "one passphrase", "one passphrase")
    assert ask_for_new(terminal) == "one passphrase"
    assert "The two are not the same. Type it once more." in terminal.said
    types("")
    assert ask_for_new(terminal) == ""
