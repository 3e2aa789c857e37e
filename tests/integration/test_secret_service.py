"""Keys in a real Secret Service: GNOME Keyring on a bus of its own."""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from core.domain.errors import KeyringMissing
from core.observability.redaction import Redactor
from core.secrets import known_good_backend, system_key_store
from tests.conftest import REPOSITORY
from tests.patience import PATIENCE_S

NEEDED = ("dbus-run-session", "gnome-keyring-daemon")
MISSING = [program for program in NEEDED if shutil.which(program) is None]

pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"needs {' and '.join(MISSING)}")

IN_THE_SESSION = """
printf password | gnome-keyring-daemon --unlock --components=secrets >/dev/null
echo "$DBUS_SESSION_BUS_ADDRESS"
read -r _
"""
KEY = "gsk_" + "planted3" * 6


@contextmanager
def on_the_bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An unlocked keyring that ends with the block, and that this process and its children find."""
    for variable in ("DISPLAY", "WAYLAND_DISPLAY", "PYTHON_KEYRING_BACKEND", "GNOME_KEYRING_CONTROL"):
        monkeypatch.delenv(variable, raising=False)
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    with subprocess.Popen(
        ["dbus-run-session", "--", "sh", "-c", IN_THE_SESSION],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=dict(os.environ),
    ) as session:
        assert session.stdout is not None
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", session.stdout.readline().strip())
        yield
        session.communicate("end\n", timeout=PATIENCE_S)


@pytest.fixture
def _secret_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with on_the_bus(tmp_path, monkeypatch):
        yield


def lock() -> None:
    import secretstorage

    with closing(secretstorage.dbus_init()) as connection:
        secretstorage.get_default_collection(connection).lock()


@pytest.mark.usefixtures("_secret_service")
async def test_keys_are_kept_by_the_secret_service(tmp_path: Path) -> None:
    assert type(known_good_backend()).__module__ == "keyring.backends.SecretService"
    keys = system_key_store(Redactor(), {})
    many = tuple(f"{number:0100}" for number in range(50))
    await keys.put("groq", [KEY, *many])
    await keys.put("groq", [KEY], "work")
    await keys.add("telegram", ["123456:token"])
    another = system_key_store(Redactor(), {})
    assert await another.keys("groq") == (KEY, *many)
    assert await another.keys("groq", "work") == (KEY,)
    assert await another.keys("deepgram") == ()
    assert [(of.key.profile, of.key.name) for of in (await another.overview()).sets] == [
        ("default", "groq"),
        ("default", "telegram"),
        ("work", "groq"),
    ]
    await another.delete("groq")
    assert await keys.keys("groq") == ()
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert files
    assert not any(KEY.encode() in file.read_bytes() for file in files), "a keyring that isn't encrypted"


@pytest.mark.usefixtures("_secret_service")
async def test_a_locked_keyring_is_told_in_a_sentence() -> None:
    await system_key_store(Redactor(), {}).put("groq", [KEY])
    lock()
    # In a process of its own: keyring leaves a connection open where it is refused, and that's a warning here.
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "core.cli", "keys", "list"],
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
        env={**os.environ, "NOTULA_DEEPGRAM_KEY": KEY, "LANGUAGE": "en"},
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout.split() == ["default", "deepgram", "…ted3", "NOTULA_DEEPGRAM_KEY"]
    assert done.stderr.startswith("The keyring is locked. Unlock it, then retry;")


@pytest.mark.parametrize("address", ["unix:path=/nonexistent", "", "nonsense"])
async def test_where_there_is_no_bus_there_is_no_keyring(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND", raising=False)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    with pytest.raises(KeyringMissing):
        await system_key_store(Redactor(), {}).put("groq", [KEY])


@pytest.mark.usefixtures("_secret_service")
async def test_a_keyring_that_is_started_later_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = system_key_store(Redactor(), {})
    with monkeypatch.context() as before:
        before.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
        with pytest.raises(KeyringMissing):
            await keys.keys("groq")
    await keys.put("groq", [KEY])
    assert await keys.keys("groq") == (KEY,)
