"""The command line as a person or a script uses it: a process of its own with pipes."""

import asyncio
import json
import os
import pty
import signal
import subprocess
import sys
import time
import wave
from pathlib import Path

import psutil
import pytest

from core import __version__
from tests.acceptance import forks
from tests.conftest import REPOSITORY
from tests.fakes.file_server import FileServer, Reply
from tests.patience import PATIENCE_S

NOTULA = (sys.executable, "-m", "core.cli")
WITHOUT_WHISPER = (sys.executable, "-m", "tests.fakes.without_whisper")
FAIL_BETTER = "Fail better."


WARNING = {"PYTHONWARNINGS": "error::ResourceWarning"}


def notula(*arguments: str | Path, text: str = "") -> subprocess.CompletedProcess[str]:
    return forks.notula(*arguments, text=text, environment=WARNING)


def program(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The same as a program that is started anew, with all of Python's beginning and end."""
    command = [*NOTULA, *map(str, arguments)]
    environment = {**os.environ, "LANGUAGE": "en", **WARNING}
    return subprocess.run(
        command, capture_output=True, text=True, cwd=REPOSITORY, timeout=PATIENCE_S, env=environment, check=False
    )


def start(*arguments: str | Path, program: tuple[str, ...] = NOTULA) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*program, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
        start_new_session=True,
    )


def is_engine(child: psutil.Process) -> bool:
    try:
        return child.is_running() and "core.providers.on_device.whisper.child" in child.cmdline()
    except psutil.Error:
        return False


def test_the_version_is_told_without_loading_what_takes_long() -> None:
    command = (sys.executable, "-X", "importtime", "-m", "core.cli", "--version")
    told = subprocess.run(command, capture_output=True, text=True, cwd=REPOSITORY, timeout=PATIENCE_S, check=True)
    assert told.stdout == f"notula {__version__}\n"
    loaded = {line.rpartition("|")[2].strip() for line in told.stderr.splitlines()}
    assert "core.cli" in loaded
    assert not loaded & {"asyncio", "pydantic", "typer", "rich", "sqlite3", "core.app", "core.config"}


@pytest.mark.usefixtures("as_installed")
def test_a_recording_becomes_text_in_a_pipe(beckett: Path) -> None:
    done = program("transcribe", beckett)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Ever tried.")
    assert done.stdout.endswith(f"{FAIL_BETTER}\n")
    assert "1 recording in" in done.stderr
    assert "real-time factor" in done.stderr
    assert "cache" not in done.stderr

    again = notula("transcribe", beckett)
    assert again.stdout == done.stdout
    assert "Transcribed before: 1." in again.stderr

    quiet = program("transcribe", "--quiet", "-f", "json", beckett)
    assert quiet.stderr == ""
    assert json.loads(quiet.stdout)["name"] == "beckett.wav"


@pytest.mark.usefixtures("without_whisper", "forked_codecs")
async def test_an_address_is_transcribed_and_the_second_time_not_even_fetched(beckett: Path) -> None:
    async with FileServer(beckett.read_bytes()).running() as server:
        done = await asyncio.to_thread(notula, "transcribe", server.url)
        assert done.returncode == 0, done.stderr
        assert done.stdout.endswith(f"{FAIL_BETTER}\n")
        fetched = len(server.ranges)
        again = await asyncio.to_thread(notula, "transcribe", server.url)
        assert again.stdout == done.stdout
        assert len(server.ranges) == fetched + 1
        server.replies = [Reply(status=404)]
        gone = await asyncio.to_thread(notula, "transcribe", server.url)
        assert gone.returncode == 1
        assert "The server has no My talk.mp3 at this address." in gone.stderr
        assert "s3cret" not in gone.stderr


def test_a_library_that_reports_to_its_maker_is_silenced(beckett: Path, tmp_path: Path) -> None:
    assert notula("transcribe", "--quiet", beckett).returncode == 0
    assert list((tmp_path / "home").rglob("*")) == [], "ONNX Runtime leaves a device id here if its telemetry is on"


@pytest.mark.usefixtures("without_whisper", "forked_codecs")
def test_files_are_written_to_a_folder(beckett: Path, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "texts"
    done = notula("transcribe", "-o", folder, "--format", "txt,SRT,vtt,json,md", beckett)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    names = [f"beckett.{suffix}" for suffix in ("json", "md", "srt", "txt", "vtt")]
    assert sorted(file.name for file in folder.iterdir()) == names
    assert all("Fail" in file.read_text(encoding="utf-8") for file in folder.iterdir())

    assert notula("transcribe", "-o", folder, beckett).returncode == 0
    assert sorted(file.name for file in folder.iterdir()) == names


@pytest.mark.usefixtures("without_whisper", "forked_codecs")
def test_a_bad_file_fails_in_one_sentence_and_the_others_are_done(beckett: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad\x1b[2J.mp3"
    bad.write_text("this is no recording\n" * 100)
    copy = tmp_path / "copy.wav"
    copy.write_bytes(beckett.read_bytes())
    done = notula("transcribe", beckett, bad, tmp_path / "gone.wav", copy)
    assert done.returncode == 1
    assert done.stdout.count(FAIL_BETTER) == 2
    assert "beckett.wav:\nEver tried." in done.stdout
    assert "copy.wav:\nEver tried." in done.stdout
    assert f"There is no file {tmp_path / 'gone.wav'}." in done.stderr.splitlines()
    (sentence,) = (line for line in done.stderr.splitlines() if "is not a recording that Notula can read" in line)
    assert sentence.count("bad") == 1
    assert "\x1b" not in done.stderr + done.stdout
    assert "Failed: 2." in done.stderr


@pytest.mark.usefixtures("without_whisper", "forked_codecs")
def test_a_paused_queue_of_the_window_is_told_and_holds_up_no_command(
    beckett: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTULA_QUEUE_PAUSED", "true")
    ended = notula("transcribe", beckett)
    assert FAIL_BETTER in ended.stdout
    assert "The queue of the window and the bot is paused; this command works all the same." in ended.stderr
    assert "paused" not in notula("transcribe", "--quiet", beckett).stderr


def test_a_missing_file_is_told_without_more_ado(tmp_path: Path) -> None:
    done = program("transcribe", tmp_path / "gone.wav")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"There is no file {tmp_path / 'gone.wav'}.\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ["transcribe"],
        ["transcribe", "-f", "docx", "a.wav"],
        ["transcribe", "-f", "txt,srt", "a.wav"],
        ["transcribe", "--language", "Klingon", "a.wav"],
        ["transcribe", "--nonsense", "a.wav"],
        ["transcribe", "-"],
        ["show", "one"],
        ["show", "1", "-f", "txt,srt"],
        ["nonsense"],
    ],
)
def test_wrong_use_is_told_apart(arguments: list[str]) -> None:
    done = notula(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Usage: notula" in done.stderr


@pytest.mark.usefixtures("without_whisper", "forked_codecs")
@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        ("nonsense", "There is no model called nonsense; 'notula models' lists them."),
        ("small", "The model small isn't on this computer yet; get it with: notula models download small"),
    ],
)
def test_a_model_that_is_not_here_is_told_before_any_work(model: str, sentence: str, beckett: Path) -> None:
    done = notula("transcribe", "--quiet", "--model", model, beckett, beckett)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"{sentence}\n")
    assert notula("transcribe", "--model", "tiny.en", beckett).returncode == 0


def repeated(recording: Path, times: int, file: Path) -> Path:
    """A recording so many times one after another, so that it isn't done before it is stopped."""
    with wave.open(str(recording)) as once, wave.open(str(file), "wb") as longer:
        longer.setparams(once.getparams())
        longer.writeframes(once.readframes(once.getnframes()) * times)
    return file


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_it_cleanly(two_cities: Path, tmp_path: Path, number: signal.Signals, status: int) -> None:
    running = start("transcribe", repeated(two_cities, 4, tmp_path / "long.wav"))
    watched = psutil.Process(running.pid)
    children: dict[int, psutil.Process] = {}
    deadline = time.monotonic() + PATIENCE_S
    engine_s = 0.0  # Processor time that the engine has used: loading takes 1 s or so.
    while engine_s < 2 and time.monotonic() < deadline:
        children |= {child.pid: child for child in watched.children(recursive=True)}
        engine_s = max((sum(child.cpu_times()[:2]) for child in children.values() if is_engine(child)), default=0.0)
        time.sleep(0.02)
    assert engine_s >= 2, "the engine was never seen at work"
    running.send_signal(number)
    running.send_signal(number)
    stdout, stderr = running.communicate(timeout=PATIENCE_S)

    assert (running.returncode, stdout) == (status, ""), stderr
    assert stderr == "Stopped.\n"
    _, alive = psutil.wait_procs(list(children.values()), timeout=PATIENCE_S)
    assert alive == []
    log_file = tmp_path / "notula" / "log" / "notula.log"
    log = log_file.read_text(encoding="utf-8") if log_file.exists() else ""
    assert "Traceback" not in log
    assert "never retrieved" not in log


def test_a_reader_that_has_seen_enough_is_no_error(beckett: Path) -> None:
    running = start("transcribe", beckett, program=WITHOUT_WHISPER)
    assert running.stdout is not None
    running.stdout.close()
    assert running.stderr is not None
    stderr = running.stderr.read()
    running.stderr.close()
    assert running.wait(PATIENCE_S) == 1
    assert "Traceback" not in stderr
    assert "BrokenPipe" not in stderr


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals of Unix")
def test_on_a_terminal_there_are_bars(beckett: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.wav"
    copy.write_bytes(beckett.read_bytes())
    ours, theirs = pty.openpty()
    running = subprocess.Popen(
        [*WITHOUT_WHISPER, "transcribe", beckett, copy],
        stdout=subprocess.PIPE,
        stderr=theirs,
        cwd=REPOSITORY,
        env={**os.environ, "TERM": "xterm"},
    )
    os.close(theirs)
    seen = b""
    try:
        while piece := os.read(ours, 65536):
            seen += piece
    except OSError:  # How Linux says that the other end is closed.
        pass
    os.close(ours)
    stdout, _ = running.communicate(timeout=PATIENCE_S)
    assert running.returncode == 0
    assert stdout.decode().count(FAIL_BETTER) == 2
    assert b"\x1b" not in stdout
    assert "━".encode() in seen
    assert b"Fail better" not in seen
    assert b"2 recordings in" in seen


@pytest.mark.usefixtures("without_whisper", "forked_codecs")
def test_the_history_is_listed_searched_shown_and_deleted(beckett: Path) -> None:
    assert notula("transcribe", "--quiet", beckett).returncode == 0
    assert "beckett.wav" in notula("history").stdout
    assert "beckett.wav" in notula("history", "better").stdout
    nothing = notula("history", "banana")
    assert (nothing.returncode, nothing.stdout) == (0, "")

    number = notula("history").stdout.split()[0]
    assert FAIL_BETTER in notula("show", number).stdout
    assert notula("show", number, "-f", "vtt").stdout.startswith("WEBVTT")
    missing = notula("show", "999")
    assert (missing.returncode, missing.stdout) == (1, "")
    assert "There is no transcript 999." in missing.stderr

    assert notula("delete", number, text="n\n").returncode == 1
    assert "beckett.wav" in notula("history").stdout
    assert notula("delete", number, "999", "--yes").returncode == 1
    assert notula("history").stdout == ""


def test_models_are_listed_and_the_bundled_one_stays() -> None:
    assert "* auto" in notula("models").stdout
    assert notula("models", "list").stdout == notula("models").stdout
    kept = notula("models", "delete", "tiny.en")
    assert kept.returncode == 1
    assert "belongs to Notula" in kept.stderr
    assert "no model called nonsense" in notula("models", "download", "nonsense").stderr


def test_without_a_display_open_shows_the_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    if sys.platform in ("win32", "darwin"):
        pytest.skip("there is always a display")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    done = notula("open")
    assert done.returncode == 0
    assert done.stdout.startswith("It was the best of times")
    assert "real-time factor" in done.stderr
    assert "ssh -X" in done.stderr


def test_a_broken_settings_file_is_told(tmp_path: Path) -> None:
    file = tmp_path / "notula" / "config" / "settings.toml"
    file.parent.mkdir(parents=True)
    file.write_text('providers = ["on-device"]\nmodel = \n')
    done = program("history")
    assert done.returncode == 78
    assert done.stderr.startswith(f"Notula doesn't start, because line 2 of {file} can't be understood.")
    assert done.stderr.count("\n") == 1


def test_the_doctor_looks_at_everything() -> None:
    done = notula("doctor")
    assert done.stderr == ""
    assert "[ok] Transcription engine: It works." in done.stdout
    assert done.returncode == (1 if "[problem]" in done.stdout else 0)


def test_help_and_the_check_up_come_whatever_the_settings_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTULA_MONTHLY_BUDGET", "five")
    usage = notula("transcribe", "--help")
    assert usage.returncode == 0
    assert "Turn recordings" in usage.stdout
    assert "NOTULA_MONTHLY_BUDGET" in usage.stderr
    checked = notula("doctor")
    assert checked.returncode == 1
    assert checked.stdout.startswith("[problem] Settings: Notula doesn't start, because NOTULA_MONTHLY_BUDGET")
    assert "[ok] Python" in checked.stdout
    assert checked.stderr == ""


def test_an_empty_name_is_not_taken_for_the_current_folder() -> None:
    done = program("transcribe", "")
    assert (done.returncode, done.stdout) == (2, "")
    assert "A name is empty. Name a file or a folder." in done.stderr
