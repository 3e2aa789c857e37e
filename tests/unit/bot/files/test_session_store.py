"""Sessions with Telegram: among the keys, or in files that nobody else can read."""

import os
from pathlib import Path

import pytest
from keyring.errors import KeyringLocked as BackendLocked
from keyring.errors import NoKeyringError

from core.bot.files.mtproto.session_store import SessionStore
from core.domain.errors import KeyringLocked
from core.observability.redaction import Redactor
from core.secrets import EnvironmentKeys, KeyStore, SystemKeyring
from tests.fakes.keyring_backend import MemoryBackend

SESSION = "1" + "BQA-" * 88


def sessions_of(
    backend: MemoryBackend, redactor: Redactor | None = None, profile: str = "default", folder: Path | None = None
) -> SessionStore:
    store = KeyStore(SystemKeyring(lambda: backend), EnvironmentKeys({}), redactor or Redactor())
    return SessionStore(store, profile, folder or Path("nowhere"))


async def test_a_session_is_kept_with_the_keys_of_its_profile() -> None:
    backend, redactor = MemoryBackend(), Redactor()
    assert await sessions_of(backend).load("4711-12345") == ""
    await sessions_of(backend, redactor).save("4711-12345", SESSION)
    assert await sessions_of(backend).load("4711-12345") == SESSION
    assert await sessions_of(backend).load("4711-67890") == ""
    assert await sessions_of(backend, profile="work").load("4711-12345") == ""
    assert SESSION not in redactor.redact(f"the session {SESSION} was saved")


async def test_an_empty_session_takes_the_place_of_what_was_kept() -> None:
    backend = MemoryBackend()
    for _ in range(2):
        await sessions_of(backend).save("4711-12345", SESSION)
        for _ in range(2):
            await sessions_of(backend).save("4711-12345", "")
        assert await sessions_of(backend).load("4711-12345") == ""


def without_keyring(folder: Path) -> SessionStore:
    backend = MemoryBackend()
    backend.failure = NoKeyringError()
    return sessions_of(backend, folder=folder)


async def test_without_a_keyring_it_is_in_a_file_of_the_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "sessions"
    assert await without_keyring(folder).load("4711-12345") == ""
    for session in ("a-first-one", SESSION):
        await without_keyring(folder).save("4711-12345", session)
        assert await without_keyring(folder).load("4711-12345") == session
    (file,) = folder.iterdir()
    assert (folder.stat().st_mode & 0o777, file.stat().st_mode & 0o777) == (0o700, 0o600)
    for _ in range(2):
        await without_keyring(folder).save("4711-12345", "")
        assert await without_keyring(folder).load("4711-12345") == ""


@pytest.mark.skipif(os.name != "posix", reason="other systems have no such rights")
async def test_a_file_that_others_may_read_is_not_used(tmp_path: Path) -> None:
    await without_keyring(tmp_path).save("4711-12345", SESSION)
    (file,) = tmp_path.iterdir()
    file.chmod(0o644)
    assert await without_keyring(tmp_path).load("4711-12345") == ""


async def test_what_is_no_session_and_a_folder_that_is_none_are_like_nothing(tmp_path: Path) -> None:
    await without_keyring(tmp_path).save("4711-12345", SESSION)
    (file,) = tmp_path.iterdir()
    file.write_bytes(b"\xff\xfe")
    assert await without_keyring(tmp_path).load("4711-12345") == ""
    await without_keyring(file).save("4711-12345", SESSION)
    assert await without_keyring(file).load("4711-12345") == ""


async def test_a_locked_keyring_is_no_reason_for_a_file(tmp_path: Path) -> None:
    backend = MemoryBackend()
    backend.failure = BackendLocked()
    with pytest.raises(KeyringLocked):
        await sessions_of(backend, folder=tmp_path).save("4711-12345", SESSION)
    assert list(tmp_path.iterdir()) == []
