"""Whatever the umask, another account can neither read what Notula keeps nor make it believe something."""

import asyncio
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.app.settings import SettingsService
from core.config import Folders, load_settings
from core.observability.redaction import Redactor
from gui.runtime.crash_reporter import CrashReporter
from tests.conftest import REPOSITORY
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps profiles private itself")
NOBODY = 65534


def notula(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.fakes.without_whisper", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
        timeout=PATIENCE_S,
        env={**os.environ, "LANGUAGE": "en"},
        umask=0,
        check=False,
    )


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that any account may enter, with Notula's folders in it; pytest's own is closed already."""
    made = Path(tempfile.mkdtemp(prefix="place-"))
    made.chmod(0o777)
    for name in ("CONFIG", "DATA", "CACHE", "LOG"):
        monkeypatch.setenv(f"NOTULA_{name}_DIR", str(made / "kept" / name.lower()))
    yield made
    shutil.rmtree(made)


def damage(database: Path) -> None:
    """What the next start finds: a table of jobs without sense."""
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        root = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'jobs'").fetchone()[0]
        page_bytes = connection.execute("PRAGMA page_size").fetchone()[0]
    connection.close()
    with database.open("r+b") as file:
        file.seek((root - 1) * page_bytes)
        file.write(b"\xff" * page_bytes)


def test_all_that_is_kept_is_closed_to_others(place: Path, beckett: Path) -> None:
    folders = Folders.of_this_user()
    assert notula("transcribe", beckett).returncode == 0
    damage(folders.database)
    assert "Fail better" in notula("show", "1").stdout
    before = os.umask(0)
    try:
        service = SettingsService(load_settings(folders.settings_file), folders.settings_file)
        asyncio.run(service.change(bot_owner=4711))
        reporter = CrashReporter(folders.log, folders.instances, Redactor())
        reporter.install()
        reporter.report(ValueError, ValueError("unforeseen"), None)
    finally:
        reporter.close()
        os.umask(before)
    kept = place / "kept"
    found = {path: stat.S_IMODE(path.stat().st_mode) for path in (kept, *kept.rglob("*"))}
    assert {path: oct(mode) for path, mode in found.items() if mode != (0o700 if path.is_dir() else 0o600)} == {}
    assert any(".broken-" in path.name for path in found)
    assert {"notula.db", "notula.log", "settings.toml", "crash.txt", "instances"} <= {path.name for path in found}


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only root can act as another account")
def test_another_account_reads_nothing_and_plants_nothing(place: Path, beckett: Path) -> None:
    data = Folders.of_this_user().data
    data.mkdir(parents=True)
    for folder in (place / "kept", data):
        folder.chmod(0o777)
    forged = place / "forged.db"
    with sqlite3.connect(forged) as connection:
        connection.execute("CREATE TABLE transcripts (id, text)")
    connection.close()
    os.chown(forged, NOBODY, NOBODY)
    subprocess.run(["cp", str(forged), str(data / "notula.db.rescued")], user=NOBODY, check=True)
    done = notula("transcribe", beckett)
    assert "Fail better" in done.stdout
    assert "another account" in done.stderr
    assert "Fail better" in notula("show", "1").stdout
    for command in (["cat", str(data / "notula.db")], ["ls", str(data)], ["cp", str(forged), str(data / "x")]):
        refused = subprocess.run(command, user=NOBODY, capture_output=True, text=True, check=False)
        assert "Permission denied" in refused.stderr


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only root can act as another account")
def test_a_folder_of_another_account_is_refused_in_a_sentence(place: Path) -> None:
    data = Folders.of_this_user().data
    data.mkdir(parents=True)
    os.chown(data, NOBODY, NOBODY)
    refused = notula("history")
    assert refused.returncode == 1
    assert "belongs to another account" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert list(data.iterdir()) == []
