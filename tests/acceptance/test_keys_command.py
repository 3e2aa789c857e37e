"""`notula keys` with a real keyring, and a search for planted secrets in everything that a run leaves behind."""

import asyncio
import os
import pty
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import psutil
import pytest

from tests.acceptance import forks
from tests.conftest import REPOSITORY
from tests.integration.test_secret_service import MISSING, on_the_bus
from tests.patience import PATIENCE_S

NOTULA = (sys.executable, "-m", "core.cli")
PLANTED = "gsk_plantedPlantedPlanted3f2a"
OTHER = "planted-in-the-environment-9c1d"
TRACE = "planted"
IN_ADDRESS = "known-to-the-owner"
"""In an address that somebody gives: the journal needs it to fetch the recording again, the log doesn't."""

needs_keyring = pytest.mark.skipif(bool(MISSING), reason=f"needs {' and '.join(MISSING)}")


@pytest.fixture
def _keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with on_the_bus(tmp_path, monkeypatch):
        yield


@pytest.fixture
def _no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND", raising=False)


def notula(
    *arguments: str | Path, text: str = "", more: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return forks.notula(*arguments, text=text, environment=more)


@needs_keyring
@pytest.mark.usefixtures("_keyring")
def test_keys_are_set_listed_and_deleted() -> None:
    assert "There are no keys yet" in notula("keys", "list").stderr
    done = notula("keys", "set", "groq", text=f"{PLANTED}\n")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.splitlines() == [
        "The key for groq is in the keyring.",
        "Recordings are transcribed by, in this order: groq, on-device.",
    ]
    assert notula("keys", "set", "groq", "--add", text="short-one").returncode == 0
    assert notula("keys", "set", "groq", "--profile", "work", text="a-key-for-my-work").returncode == 0

    lines = [line.split() for line in notula("keys", "list").stdout.splitlines()]
    assert lines == [
        ["default", "groq", "…3f2a", "keyring"],
        ["default", "groq", "…", "keyring"],
        ["work", "groq", "…work", "keyring"],
    ]
    assert len(notula("keys", "list", "--profile", "work").stdout.splitlines()) == 1
    over = notula("keys", "list", more={"NOTULA_GROQ_KEY": OTHER}).stdout
    assert {line.split()[-1] for line in over.splitlines()} == {"NOTULA_GROQ_KEY"}

    refused = notula("keys", "delete", "groq", text="n\n")
    assert refused.returncode == 1
    assert "for good?" in refused.stderr
    assert notula("keys", "delete", "groq").returncode == 1, "nobody has answered"
    assert notula("keys", "delete", "groq", text="y\n").returncode == 0
    assert [line.split()[0] for line in notula("keys", "list").stdout.splitlines()] == ["work"]
    gone = notula("keys", "delete", "groq", "--yes")
    assert gone.returncode == 1
    assert "There is no key for groq in the keyring." in gone.stderr


@pytest.mark.usefixtures("_no_keyring")
def test_a_server_without_a_keyring_is_told_what_to_do(tmp_path: Path) -> None:
    done = notula("keys", "set", "groq", text=PLANTED)
    assert done.returncode == 1
    assert "environment variable NOTULA_GROQ_KEY" in done.stderr
    assert len(done.stderr.splitlines()) == 1

    file = tmp_path / "key"
    file.write_text(PLANTED)
    listed = notula("keys", "list", more={"NOTULA_GROQ_KEY_FILE": str(file), "NOTULA_DEEPGRAM_KEY": OTHER})
    assert listed.returncode == 0
    assert [line.split()[1:] for line in listed.stdout.splitlines()] == [
        ["deepgram", "…9c1d", "NOTULA_DEEPGRAM_KEY"],
        ["groq", "…3f2a", "NOTULA_GROQ_KEY_FILE"],
    ]


@pytest.mark.usefixtures("_no_keyring")
def test_what_can_not_be_a_key_or_a_name_is_refused_in_one_sentence() -> None:
    for arguments, text in ((("set", "groq"), ""), (("set", "Groq"), PLANTED), (("delete", "a b", "--yes"), "")):
        done = notula("keys", *arguments, text=text)
        assert (done.returncode, len(done.stderr.splitlines())) == (1, 1), done.stderr
    refused = notula("keys", "set", "groq", PLANTED)
    assert refused.returncode == 2, "a key is no argument"


@pytest.mark.usefixtures("_no_keyring")
def test_a_key_is_typed_without_being_shown() -> None:
    terminal, end = pty.openpty()
    with subprocess.Popen(
        [*NOTULA, "keys", "set", "groq"],
        stdin=end,
        stdout=end,
        stderr=end,
        cwd=REPOSITORY,
        env={**os.environ, "LANGUAGE": "en"},
        start_new_session=True,
    ) as process:
        os.close(end)
        shown = b""
        while b"Key for groq:" not in shown:
            shown += os.read(terminal, 1000)
        os.write(terminal, f"{PLANTED}\n".encode())
        # Without a keyring a passphrase is offered, which isn't shown either; an empty one keeps no key.
        while b"New passphrase" not in shown:
            shown += os.read(terminal, 1000)
        os.write(terminal, b"\n")
        try:
            while part := os.read(terminal, 1000):
                shown += part
        except OSError:
            pass  # The other end is closed, which is how Linux tells of it.
        assert process.wait(timeout=PATIENCE_S) == 1
    os.close(terminal)
    assert b"no keyring" in shown
    assert TRACE not in shown.decode()


@needs_keyring
@pytest.mark.usefixtures("_keyring")
async def test_no_key_is_left_anywhere(tmp_path: Path, beckett: Path) -> None:
    """Keys set and deleted, a recording transcribed, files exported, an address that fails."""
    environment = {"NOTULA_DEEPGRAM_KEY": OTHER, "NOTULA_MODEL": "tiny.en"}  # A multilingual one knows the word, too.
    printed = []
    command_lines: set[str] = set()

    async def run(*arguments: str | Path) -> None:
        done = await asyncio.to_thread(forks.notula, *arguments, environment=environment)
        printed.append(done.stdout + done.stderr)

    async def run_program(*arguments: str, text: str = "") -> None:
        process = await asyncio.create_subprocess_exec(
            *NOTULA,
            *arguments,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            cwd=REPOSITORY,
            env={**os.environ, "LANGUAGE": "en", **environment},
        )
        command_lines.update(psutil.Process(process.pid).cmdline())
        output, _ = await process.communicate(text.encode())
        printed.append(output.decode())

    await run_program("keys", "set", "groq", text=PLANTED)
    await run_program("keys", "set", "deepgram", "--profile", "work", text=f"{PLANTED}, {OTHER}")
    await run_program("keys", "list")
    await run("transcribe", "-o", tmp_path / "texts", "--format", "txt,srt,vtt,json,md", beckett)
    await run("transcribe", f"http://user:{IN_ADDRESS}@127.0.0.1:9/a.mp3?key={IN_ADDRESS}")
    await run("keys", "delete", "groq", "--yes")
    await run("doctor")
    await run("history")

    kept = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert {"notula.db", "beckett.txt", "beckett.json"} <= {file.name for file in kept}
    with_secrets = [file for file in kept if TRACE.encode() in file.read_bytes()]
    assert with_secrets == []
    assert "…3f2a" in "".join(printed)
    logs = "".join(file.read_text(encoding="utf-8") for file in kept if file.suffix == ".log")
    for hidden in (TRACE, IN_ADDRESS):
        assert hidden not in "".join(printed)
        assert hidden not in logs
    assert not any(PLANTED in line or OTHER in line for line in command_lines)


CRASH = """
import sys
from core.cli import commands, keys
from core.cli.entry import main

async def crash(terminal, name, profile, text, *, add):
    (await keys._keys(terminal)).store.usable(name, [text.strip()])
    raise ZeroDivisionError(f"a bug with {text} and https://example.org/?key={text}")

commands.set_keys = crash
sys.argv = ["notula", "keys", "set", "groq"]
main()
"""


@pytest.mark.usefixtures("_no_keyring")
def test_a_crash_prints_and_logs_a_traceback_without_secrets(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CRASH], input=PLANTED, capture_output=True, text=True, cwd=REPOSITORY, check=False
    )
    (log,) = tmp_path.rglob("notula.log")
    for text in (done.stderr, log.read_text(encoding="utf-8")):
        assert "ZeroDivisionError: a bug with " in text
        assert "lanted" not in text
