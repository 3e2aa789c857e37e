"""The window as a process: one at a time, started and ended as a desktop does it."""

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import time
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.config import Folders
from core.domain.errors import SettingsUnusable
from core.store.sqlite import Database, SqliteHistory
from tests.acceptance.typing_window import LETTER
from tests.conftest import REPOSITORY
from tests.patience import PATIENCE_S
from tests.unit.samples import make_transcript

ALLOWED = ("This plugin does not support", "qt.qpa.fonts", "QFontDatabase")


class Start:
    """One start of the window."""

    def __init__(self, log: Path, *arguments: object, module: str = "gui.main", **environment: str | None) -> None:
        self._log = log
        variables = {**os.environ, "QT_QPA_PLATFORM": "offscreen", **environment}
        with log.open("wb") as stderr:
            self.process = subprocess.Popen(
                [sys.executable, "-X", "dev", "-m", module, *map(str, arguments)],
                cwd=REPOSITORY,
                env={name: value for name, value in variables.items() if value is not None},
                stdout=subprocess.DEVNULL,
                stderr=stderr,
            )

    @property
    def stderr(self) -> list[str]:
        """What it has said, but for what Qt says of fonts and of itself without a screen."""
        lines = self._log.read_text(encoding="utf-8").splitlines()
        return [line for line in lines if line and not any(word in line for word in ALLOWED)]

    def ends(self) -> int:
        return self.process.wait(PATIENCE_S)


@pytest.fixture
def start(tmp_path: Path, folders: Folders) -> Iterator[Callable[..., Start]]:
    started: list[Start] = []

    def begin(*arguments: object, module: str = "gui.main", **environment: str | None) -> Start:
        one = Start(tmp_path / f"stderr-{len(started)}.txt", *arguments, module=module, **environment)
        started.append(one)
        return one

    yield begin
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
        one.process.wait()


def wait_until(condition: Callable[[], bool], start: Start) -> None:
    """Another process can't wake us, so look again and again."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert start.process.poll() is None, start.stderr
        assert time.monotonic() < deadline, start.stderr
        time.sleep(0.05)


def count(database: Path, query: str) -> int:
    with (
        contextlib.suppress(sqlite3.OperationalError),
        contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection,
    ):
        return int(connection.execute(query).fetchone()[0])
    return 0


def transcripts(folders: Folders) -> int:
    return count(folders.database, "SELECT count(*) FROM transcripts")


def test_a_second_start_hands_its_file_to_the_first_and_sigterm_ends_that_cleanly(
    start: Callable[..., Start], folders: Folders, beckett: Path
) -> None:
    # The command becomes the window: what is sent to it reaches that.
    first = start("open", module="core.cli", DISPLAY=":0")
    wait_until(lambda: count(folders.database, "SELECT count(*) FROM sqlite_master") > 0, first)
    second = start(beckett)
    assert second.ends() == 0
    assert second.stderr == []
    wait_until(lambda: transcripts(folders) == 1, first)
    first.process.send_signal(signal.SIGTERM)
    assert first.ends() == 0
    assert first.stderr == []
    assert not list(folders.log.glob("crash*"))


def test_a_start_while_the_first_one_ends_opens_its_file_itself(
    start: Callable[..., Start], folders: Folders, beckett: Path, two_cities: Path, tmp_path: Path
) -> None:
    folders.settings_file.parent.mkdir(parents=True)
    folders.settings_file.write_text(f"shutdown_grace_s = {PATIENCE_S}\n")
    long = tmp_path / "long.wav"
    with wave.open(str(two_cities)) as speech, wave.open(str(long), "wb") as repeated:
        repeated.setparams(speech.getparams())
        repeated.writeframes(40 * speech.readframes(speech.getnframes()))
    first = start(long)
    wait_until(lambda: count(folders.database, "SELECT count(*) FROM jobs WHERE state = 'running'") == 1, first)
    first.process.send_signal(signal.SIGTERM)
    second = start(beckett)
    wait_until(
        lambda: count(folders.database, "SELECT count(*) FROM jobs WHERE source_name = 'beckett.wav'") == 1, second
    )
    assert first.process.poll() is None  # Its recording still has its seconds.
    for one in (first, second):
        one.process.send_signal(signal.SIGTERM)
        assert one.ends() == 0


def test_a_start_with_a_file_transcribes_it_and_ends_at_sigint(
    start: Callable[..., Start], folders: Folders, beckett: Path
) -> None:
    window = start(beckett)
    wait_until(lambda: transcripts(folders) == 1, window)
    window.process.send_signal(signal.SIGINT)
    assert window.ends() == 0
    assert window.stderr == []


def test_without_a_display_it_says_so_in_one_sentence(start: Callable[..., Start]) -> None:
    window = start(QT_QPA_PLATFORM=None, DISPLAY=None, WAYLAND_DISPLAY=None)
    assert window.ends() == 3
    (sentence,) = window.stderr
    assert sentence.startswith("There is no display to show the window on.")


def test_with_settings_that_can_not_be_used_nothing_starts_and_the_file_stays(
    start: Callable[..., Start], folders: Folders
) -> None:
    folders.settings_file.parent.mkdir(parents=True)
    folders.settings_file.write_text('providers = ["on-device"]\nworkers = [oh no\n')
    window = start()
    assert window.ends() == SettingsUnusable.exit_status
    (sentence,) = window.stderr
    assert sentence.startswith(f"Notula doesn't start, because line 2 of {folders.settings_file} can't be understood.")
    assert [file.name for file in folders.config.iterdir()] == ["settings.toml"]
    assert not folders.database.exists()


def test_a_crash_is_told_at_the_next_start(start: Callable[..., Start], folders: Folders) -> None:
    window = start()
    wait_until(lambda: bool(list(folders.instances.glob("*.crash"))), window)
    window.process.send_signal(signal.SIGSEGV)
    assert window.ends() != 0
    (report,) = folders.instances.glob("*.crash")
    assert "Segmentation fault" in report.read_text()
    again = start()
    wait_until(lambda: not report.exists(), again)  # The core has started, so signals are heeded, too.
    assert list(folders.log.glob("crash-native-*.txt"))
    again.process.send_signal(signal.SIGTERM)
    assert again.ends() == 0


async def test_what_is_typed_without_a_pause_is_kept_when_the_window_is_killed(
    start: Callable[..., Start], folders: Folders
) -> None:
    window = start(module="tests.acceptance.typing_window")
    typed = f"SELECT coalesce(max(length(text) - length(replace(text, '{LETTER}', ''))), 0) FROM transcripts"
    wait_until(lambda: count(folders.database, typed) > 0, window)
    before = count(folders.database, typed)
    wait_until(lambda: count(folders.database, typed) > before, window)  # It goes on being saved while it goes on.
    seen = count(folders.database, typed)
    window.process.kill()
    window.ends()
    database = await Database.open(folders.database)
    try:
        history = SqliteHistory(database)
        (entry,) = (await history.page("", 2, 0)).entries
        kept, original = await history.get(entry.id), await history.original(entry.id)
    finally:
        await database.close()
    assert kept is not None
    assert original == make_transcript()
    assert kept.transcript.text.count(LETTER) >= seen
    assert kept.transcript.text.replace(LETTER, "") == original.text
