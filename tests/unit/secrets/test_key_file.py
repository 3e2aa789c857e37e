"""Keys in a file that only their passphrase opens."""

import base64
import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from keyring.errors import PasswordDeleteError

from core.app.keys import Keys
from core.app.settings import SettingsService
from core.config import Folders, LoadedSettings, Settings
from core.domain.errors import (
    KeyFileDamaged,
    KeyFileLocked,
    KeyFileNotRead,
    KeyFileNotWritten,
    KeyringMissing,
    PassphraseTooShort,
    PassphraseWrong,
)
from core.observability.redaction import Redactor
from core.secrets import EncryptedKeyFile, KeySource, key_file
from core.system.folder_lock import folder_lock

PASSPHRASE = "four words of Sidney Carton"
KEY = "gsk_PlantedPlantedPlanted3f2a"
CHEAP = 2**4
"""Of scrypt: the strength isn't what is tested."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "keys.json"


def opened(file: Path, passphrase: str = PASSPHRASE) -> EncryptedKeyFile:
    made = EncryptedKeyFile(file, cost=CHEAP)
    made.open(passphrase)
    return made


@pytest.fixture
def made(file: Path) -> EncryptedKeyFile:
    keys = EncryptedKeyFile(file, cost=CHEAP)
    assert not keys.is_there
    assert not keys.is_locked
    keys.make(PASSPHRASE)
    keys.set_password("notula", "default/groq", KEY)
    return keys


def test_what_was_kept_is_there_after_a_restart_for_who_knows_the_passphrase(
    file: Path, made: EncryptedKeyFile
) -> None:
    after = EncryptedKeyFile(file)
    assert after.is_locked
    with pytest.raises(KeyFileLocked):
        after.get_password("notula", "default/groq")
    after.open(PASSPHRASE)
    assert not after.is_locked
    assert after.get_password("notula", "default/groq") == KEY
    assert after.get_password("notula", "default/deepgram") is None
    after.delete_password("notula", "default/groq")
    assert made.get_password("notula", "default/groq") is None  # Another process sees it, too.
    with pytest.raises(PasswordDeleteError):
        after.delete_password("notula", "default/groq")


def test_nothing_readable_is_in_the_file(file: Path, made: EncryptedKeyFile) -> None:
    content = file.read_bytes()
    everything = content + b"".join(base64.b64decode(json.loads(content)[one]) for one in ("salt", "check", "entries"))
    for secret in (KEY, PASSPHRASE, "groq"):
        assert secret.encode() not in everything
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [one.name for one in file.parent.iterdir()] == [file.name]


def test_the_same_key_twice_gives_another_file(file: Path, made: EncryptedKeyFile) -> None:
    before = file.read_bytes()
    made.set_password("notula", "default/groq", KEY)
    assert file.read_bytes() != before


def test_a_wrong_passphrase_opens_nothing_and_is_told_as_such(file: Path, made: EncryptedKeyFile) -> None:
    keys = EncryptedKeyFile(file)
    for wrong in ("", "four words of sidney carton", PASSPHRASE + " "):
        with pytest.raises(PassphraseWrong):
            keys.open(wrong)
        assert keys.is_locked
    keys.open(PASSPHRASE)


def test_letters_that_a_keyboard_composes_otherwise_are_the_same(file: Path) -> None:
    EncryptedKeyFile(file, cost=CHEAP).make("Manett\u00e9 shoes")
    opened(file, "Manette\u0301 shoes")


def test_too_short_a_passphrase_begins_no_file(file: Path) -> None:
    with pytest.raises(PassphraseTooShort, match="8 characters"):
        EncryptedKeyFile(file, cost=CHEAP).make("1234567")
    assert not file.exists()


def test_a_file_that_is_there_is_never_begun_anew(file: Path, made: EncryptedKeyFile) -> None:
    another = EncryptedKeyFile(file, cost=CHEAP)
    with pytest.raises(PassphraseWrong):
        another.make("another passphrase")
    another.make(PASSPHRASE)
    assert another.get_password("notula", "default/groq") == KEY


@pytest.mark.parametrize("name", ["version", "cost", "salt", "check", "entries"])
def test_a_missing_or_foreign_value_is_damage(file: Path, made: EncryptedKeyFile, name: str) -> None:
    whole = json.loads(file.read_text())
    for value in (None, "", "not base64!", [], 2**40, -4, True, {"a": 1}):
        file.write_text(json.dumps(whole | {name: value}))
        with pytest.raises((KeyFileDamaged, PassphraseWrong)) as told:
            opened(file)
        assert told.type is KeyFileDamaged or name in ("salt", "check")
    file.write_text(json.dumps({key: value for key, value in whole.items() if key != name}))
    with pytest.raises(KeyFileDamaged):
        opened(file)


@pytest.mark.parametrize("cost", [2**18 * 2, 2**20, 2**62])
def test_a_cost_that_would_take_all_memory_is_damage_before_any_memory_is_taken(
    file: Path, made: EncryptedKeyFile, cost: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    derived: list[object] = []
    monkeypatch.setattr("core.secrets.key_file._cipher", lambda *arguments: derived.append(arguments))
    file.write_text(json.dumps(json.loads(file.read_text()) | {"cost": cost}))
    with pytest.raises(KeyFileDamaged):
        opened(file)
    assert derived == []


def test_a_lower_cost_in_the_file_opens_nothing(file: Path, made: EncryptedKeyFile) -> None:
    file.write_text(json.dumps(json.loads(file.read_text()) | {"cost": 2}))
    with pytest.raises(PassphraseWrong):
        opened(file)
    with pytest.raises(KeyFileDamaged):
        made.get_password("notula", "default/groq")


def test_a_new_file_never_has_the_cost_of_one_that_was_opened(file: Path) -> None:
    EncryptedKeyFile(file, cost=2).make(PASSPHRASE)
    keys = opened(file)
    keys.discard()
    keys.make(PASSPHRASE)
    assert json.loads(file.read_text())["cost"] == CHEAP


def test_no_nonce_is_used_twice(file: Path, made: EncryptedKeyFile) -> None:
    nonces = []
    for number in range(50):
        made.set_password("notula", f"default/{number}", KEY)
        kept = json.loads(file.read_text())
        nonces += [base64.b64decode(kept[name])[:12] for name in ("check", "entries")]
    assert len(set(nonces)) == 100


def test_what_two_processes_keep_at_once_is_all_there(file: Path, made: EncryptedKeyFile) -> None:
    writers = [opened(file) for _ in range(4)]

    def keep(writer: int) -> None:
        for number in range(10):
            writers[writer].set_password("notula", f"{writer}/{number}", f"{KEY}{writer}{number}")

    with ThreadPoolExecutor(len(writers)) as threads:
        list(threads.map(keep, range(len(writers))))
    kept = {(w, n): made.get_password("notula", f"{w}/{n}") for w in range(4) for n in range(10)}
    assert kept == {(w, n): f"{KEY}{w}{n}" for w in range(4) for n in range(10)}


def test_a_file_that_another_process_begins_meanwhile_is_not_replaced(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    derive, other = key_file._cipher, EncryptedKeyFile(file, cost=CHEAP)

    def derive_slowly(*arguments: Any) -> object:
        monkeypatch.undo()
        other.make(PASSPHRASE)
        other.set_password("notula", "default/groq", KEY)
        return derive(*arguments)

    monkeypatch.setattr(key_file, "_cipher", derive_slowly)
    later = EncryptedKeyFile(file, cost=CHEAP)
    with pytest.raises(PassphraseWrong):
        later.make("another passphrase")
    assert later.is_locked
    assert other.get_password("notula", "default/groq") == KEY


def test_another_process_that_does_not_finish_writing_is_told(
    file: Path, made: EncryptedKeyFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.system.folder_lock._ATTEMPTS", 1)
    with folder_lock(file.parent):
        for change in (lambda: made.set_password("notula", "default/groq", "another"), made.discard):
            with pytest.raises(KeyFileNotWritten, match="another Notula is writing"):
                change()
        assert made.get_password("notula", "default/groq") == KEY  # Reading needs no lock: a file is replaced whole.


def test_a_file_that_cannot_be_read_is_not_called_damaged(file: Path, made: EncryptedKeyFile) -> None:
    file.with_name("second name").hardlink_to(file)
    with pytest.raises(KeyFileNotRead, match="ordinary file of your own account"):
        opened(file)
    with pytest.raises(KeyFileNotRead):
        made.set_password("notula", "default/groq", "another")
    file.with_name("second name").unlink()
    file.rename(file.with_name("kept.json"))
    file.mkdir()
    with pytest.raises(KeyFileNotRead):
        opened(file)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b'{"version": 1}'])
def test_what_is_no_such_file_is_damage_and_stays(file: Path, content: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(content)
    with pytest.raises(KeyFileDamaged, match=r"keys\.json"):
        opened(file)
    with pytest.raises(KeyFileDamaged):
        EncryptedKeyFile(file, cost=CHEAP).make(PASSPHRASE)
    assert file.read_bytes() == content


def test_every_changed_bit_of_the_entries_is_noticed(file: Path, made: EncryptedKeyFile) -> None:
    whole = json.loads(file.read_text())
    sealed = base64.b64decode(whole["entries"])
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        file.write_text(json.dumps(whole | {"entries": base64.b64encode(changed).decode()}))
        with pytest.raises(KeyFileDamaged):
            made.get_password("notula", "default/groq")


def test_a_forgotten_passphrase_costs_the_keys_and_a_new_file_can_be_begun(file: Path, made: EncryptedKeyFile) -> None:
    made.discard()
    made.discard()
    assert not file.exists()
    with pytest.raises(KeyringMissing):
        made.get_password("notula", "default/groq")
    EncryptedKeyFile(file, cost=CHEAP).make("another passphrase")
    assert opened(file, "another passphrase").get_password("notula", "default/groq") is None


def test_a_file_begun_anew_elsewhere_locks_this_one(file: Path, made: EncryptedKeyFile) -> None:
    other = EncryptedKeyFile(file, cost=CHEAP)
    other.discard()
    other.make("another passphrase")
    with pytest.raises(KeyFileLocked):
        made.set_password("notula", "default/groq", KEY)
    assert made.is_locked
    assert other.get_password("notula", "default/groq") is None


def test_a_disk_that_refuses_is_told_and_loses_nothing(
    file: Path, made: EncryptedKeyFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("core.secrets.key_file.replace_text", refuse)
    with pytest.raises(KeyFileNotWritten, match="disk is full"):
        made.set_password("notula", "default/groq", "another")
    assert opened(file).get_password("notula", "default/groq") == KEY


@pytest.fixture
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keys:
    def none(**_: object) -> None:
        raise KeyringMissing(variable="NOTULA_<NAME>_KEY")

    monkeypatch.setattr("core.secrets.key_store.known_good_backend", none)
    folders = Folders(*(tmp_path / name for name in ("config", "data", "cache", "log")))
    service = SettingsService(LoadedSettings(Settings()), folders.settings_file, {})
    key_file = EncryptedKeyFile(folders.key_file, cost=CHEAP)
    return Keys(service, Redactor(), environment={}, key_file=key_file)


async def test_without_a_keyring_keys_are_kept_in_the_file_once_there_is_one(keys: Keys) -> None:
    with pytest.raises(KeyringMissing):
        await keys.add("groq", KEY)
    told = []
    keys.follow(lambda: told.append(True))
    await keys.begin_file(PASSPHRASE)
    assert told
    assert not await keys.is_locked()
    await keys.add("groq", KEY)
    listed = await keys.list()
    assert [(hint.provider, hint.ending, hint.is_in_file) for hint in listed.keys] == [("groq", "3f2a", True)]
    assert {one.source for one in (await keys.overview()).sets} == {KeySource.FILE}
    assert await keys.secret("groq") == KEY


async def test_a_locked_file_is_told_and_opened_once(keys: Keys, tmp_path: Path) -> None:
    await keys.begin_file(PASSPHRASE)
    await keys.add("groq", KEY)
    service = SettingsService(LoadedSettings(Settings()), tmp_path / "config" / "settings.toml", {})
    later = Keys(service, Redactor(), environment={}, key_file=EncryptedKeyFile(tmp_path / "data" / "keys.json"))
    assert await later.is_locked()
    listed = await later.list()
    assert listed.keys == ()
    assert listed.problem == KeyFileLocked().message
    with pytest.raises(KeyFileLocked):
        await later.add("deepgram", KEY)
    with pytest.raises(PassphraseWrong):
        await later.unlock("something else")
    await later.unlock(PASSPHRASE)
    assert await later.secret("groq") == KEY
    await later.discard_file()
    with pytest.raises(KeyringMissing):
        await later.secret("groq")
