"""Wrong use, printed without what a terminal could take for a command."""

import sys
from pathlib import Path

import pytest

from core.app.settings import SettingsService
from core.cli.commands import commands
from core.cli.terminal import Terminal
from core.config import Folders, LoadedSettings, Settings
from core.i18n import Translator
from core.observability.redaction import Redactor


def run(monkeypatch: pytest.MonkeyPatch, folders: Folders, *arguments: str) -> int | str | None:
    monkeypatch.setattr(sys, "argv", ["notula", *arguments])
    service = SettingsService(LoadedSettings(Settings()), Path(folders.settings_file))
    with pytest.raises(SystemExit) as ended:
        commands(Terminal(Translator("en"), folders, service, Redactor()))(prog_name="notula")
    return ended.value.code


@pytest.mark.parametrize(
    "arguments",
    [
        ["tran\x1b[31mscribe"],
        ["--\x1b]0;title\x07"],
        ["transcribe", "--\u202eoption"],
        ["show", "\x9b2J"],
        ["usage", "--by", "\x1b[2J\u2066"],
        ["usage", "\x1b[2J"],
    ],
)
def test_wrong_arguments_are_printed_without_control_characters(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, folders: Folders, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, folders, *arguments) == 2
    printed = capsys.readouterr().err
    assert printed.startswith("Usage: notula")
    assert "Error: " in printed
    assert not set(printed) & set("\x1b\x07\x9b\u202e\u2066")


def test_a_group_without_a_command_prints_its_help(
    monkeypatch: pytest.MonkeyPatch, folders: Folders, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, folders, "keys") == 2
    assert "\nCommands:\n" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [["transcribe", "--language", "{}", "a.wav"], ["translate", "1", "{}"], ["summarize", "1", "--language", "{}"]],
)
@pytest.mark.parametrize(
    ("language", "told"),
    [("xx", "such as en, id or Indonesian"), ("tlh", "such as en"), ("indonesain", "Did you mean Indonesian (id)?")],
)
def test_what_is_no_language_is_refused_with_what_may_be_meant(
    arguments: list[str],
    language: str,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    folders: Folders,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(monkeypatch, folders, *(argument.format(language) for argument in arguments)) == 2
    assert told in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize("people", ["0", "11", "two"])
def test_a_number_of_people_that_can_not_be_told_apart_is_refused(
    people: str, monkeypatch: pytest.MonkeyPatch, folders: Folders, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, folders, "transcribe", "--people", people, "a.wav") == 2
    assert "--people" in capsys.readouterr().err


@pytest.mark.parametrize("names", [["Narrator"], ["=Narrator"], ["1="], ["1=" + "x" * 65], ["1=Ana", "2=\u202e"]])
def test_what_names_no_speaker_is_refused(
    names: list[str], monkeypatch: pytest.MonkeyPatch, folders: Folders, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, folders, "speakers", "1", *names) == 2
    assert "SPEAKER=NAME" in capsys.readouterr().err
