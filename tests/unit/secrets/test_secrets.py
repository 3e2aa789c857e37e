"""Keys by name and profile, wherever they are kept, and what happens where they can't be."""

import asyncio
import json
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import keyring.errors
import pytest

from core.domain.errors import (
    KeyFileUnreadable,
    KeyMissing,
    KeyNameUnknown,
    KeyringLocked,
    KeyringMissing,
    KeyringUnavailable,
    KeyringUnsafe,
    KeyUnusable,
)
from core.observability.redaction import Redactor
from core.secrets import (
    Backend,
    EnvironmentKeys,
    KeyId,
    KeySource,
    KeyStore,
    SystemKeyring,
    known_good_backend,
    system_key_store,
)
from core.secrets.system_keyring import SAFE_BACKENDS
from tests.fakes.keyring_backend import FileBackend, HangingBackend, MemoryBackend
from tests.fakes.plain_keyring import PlainKeyring

ONE = "gsk_" + "one1" * 12
TWO = "gsk_" + "two2" * 12


@pytest.fixture(autouse=True)
def _no_keyring_is_chosen_for_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """`keyring` keeps its choice in a variable of its own."""
    monkeypatch.setattr("keyring.core._keyring_backend", None)
    monkeypatch.setattr("keyring.backend._limit", None)


def store(
    backend: Backend,
    environment: dict[str, str] | None = None,
    *,
    redactor: Redactor | None = None,
    timeout_s: float = 60,
) -> KeyStore:
    keyring_of_test = SystemKeyring(lambda: backend, timeout_s=timeout_s)
    return KeyStore(keyring_of_test, EnvironmentKeys(environment or {}), redactor or Redactor())


# --- the keyring ---


async def test_keys_come_back_in_their_order() -> None:
    keys = store(MemoryBackend())
    assert await keys.keys("groq") == ()
    await keys.put("groq", [TWO, ONE, TWO])
    assert await keys.keys("groq") == (TWO, ONE)
    await keys.put("groq", [ONE])
    await keys.add("groq", [TWO, ONE])
    assert await keys.keys("groq") == (ONE, TWO)
    assert await keys.secret("groq") == ONE
    assert await keys.secret("telegram") is None


async def test_a_profile_has_keys_of_its_own_and_never_another_ones() -> None:
    keys = store(MemoryBackend())
    await keys.put("groq", [ONE])
    assert await keys.keys("groq", "work") == ()
    await keys.put("groq", [TWO], "work")
    assert (await keys.keys("groq"), await keys.keys("groq", "work")) == ((ONE,), (TWO,))


async def test_the_list_begins_with_the_default_profile() -> None:
    keys = store(MemoryBackend())
    for name, profile in (("groq", "work"), ("openai:my-server", "default"), ("deepgram", "default"), ("groq", "at")):
        await keys.put(name, [ONE], profile)
    listed = await keys.overview()
    assert listed.problem is None
    assert [(of.key.profile, of.key.name) for of in listed.sets] == [
        ("default", "deepgram"),
        ("default", "openai:my-server"),
        ("at", "groq"),
        ("work", "groq"),
    ]


async def test_deleted_keys_leave_nothing_behind() -> None:
    backend = MemoryBackend()
    keys = store(backend)
    await keys.put("groq", [f"{number:0200}" for number in range(40)])
    await keys.put("deepgram", [TWO])
    await keys.delete("groq")
    assert await keys.keys("groq") == ()
    assert sorted(entry for _, entry in backend.entries) == ["default/deepgram", "entries"]
    with pytest.raises(KeyMissing):
        await keys.delete("groq")


async def test_more_than_windows_takes_goes_into_several_entries() -> None:
    backend = MemoryBackend()
    keys = store(backend)
    many = tuple(f"{number:0100}" for number in range(50))
    await keys.put("groq", many)
    await keys.add("groq", [ONE])
    assert await keys.keys("groq") == (*many, ONE)
    assert len([entry for _, entry in backend.entries if entry.startswith("default/groq#")]) == 5
    await keys.put("groq", [TWO])
    assert sorted(entry for _, entry in backend.entries) == ["default/groq", "entries"]
    for number in range(60):
        await keys.put(f"server-{number}", [ONE])
    assert len((await keys.overview()).sets) == 61


async def test_a_write_that_breaks_off_leaves_the_old_keys() -> None:
    backend = MemoryBackend()
    keys = store(backend)
    old, new = ([f"{number}" * 200 for number in digits] for digits in (range(1, 9), range(2, 10)))
    await keys.put("groq", old)

    def fail_at(call: str) -> Callable[[str], None]:
        def called(made: str) -> None:
            if made == call:
                raise keyring.errors.PasswordSetError

        return called

    backend._called = fail_at("set default/groq#2.1")  # type: ignore[method-assign]
    with pytest.raises(KeyringUnavailable):
        await keys.put("groq", new)
    assert await keys.keys("groq") == tuple(old)


async def test_changes_at_the_same_time_lose_no_entry() -> None:
    keys = store(MemoryBackend())
    async with asyncio.TaskGroup() as changing:
        for number in range(20):
            changing.create_task(keys.put(f"server-{number}", [ONE]))
            changing.create_task(keys.add("groq", [f"key-{number:03}"]))
    assert len((await keys.overview()).sets) == 21
    assert len(await keys.keys("groq")) == 20


@pytest.mark.parametrize("text", ["not json", "{}", '{"parts": "x"}', "[1, null]", "7", '{"parts": 2}'])
async def test_an_entry_that_is_not_ours_counts_for_nothing(text: str) -> None:
    backend = MemoryBackend()
    backend.entries["notula", "default/groq"] = text
    backend.entries["notula", "entries"] = json.dumps(["default/groq", "No Name", "x"])
    keys = store(backend)
    assert await keys.keys("groq") == ()
    assert (await keys.overview()).sets == ()


@pytest.mark.parametrize("key", ["", "two words", "line\nend", "ключ", "x" * 10_001])
async def test_what_can_not_be_a_key_is_refused(key: str) -> None:
    with pytest.raises(KeyUnusable) as refused:
        await store(MemoryBackend()).put("groq", [key])
    assert not key or key not in str(refused.value)
    with pytest.raises(KeyUnusable):
        await store(MemoryBackend()).put("groq", [])


@pytest.mark.parametrize("name", ["", "Groq", "a/b", "a b", "../x", "-x", "x" * 65, "a#1"])
async def test_a_name_is_small_letters(name: str) -> None:
    with pytest.raises(KeyNameUnknown):
        await store(MemoryBackend()).keys(name)
    with pytest.raises(KeyNameUnknown):
        await store(MemoryBackend()).keys("groq", name)


# --- a keyring that isn't well ---


async def test_who_gives_up_waiting_does_not_make_the_keyring_hang_for_others() -> None:
    backend = HangingBackend()
    keys = store(backend)
    reading = asyncio.create_task(keys.keys("groq"))
    await asyncio.sleep(0)
    reading.cancel()
    await asyncio.wait([reading])
    next_one = asyncio.create_task(keys.keys("groq"))
    await asyncio.sleep(0)
    backend.answers.set()
    assert await next_one == ()


async def test_a_keyring_that_hangs_stops_nobody_and_is_not_asked_again_meanwhile() -> None:
    backend = HangingBackend()
    keys = store(backend, timeout_s=0.05)
    for _ in range(3):
        with pytest.raises(KeyringUnavailable) as failed:
            await keys.keys("groq")
        assert "NOTULA_GROQ_KEY" in str(failed.value)
    assert backend.asked == 1
    backend.answers.set()


async def test_what_was_said_to_have_failed_is_not_done_after_all() -> None:
    backend = HangingBackend()
    keys = store(backend)
    reading = asyncio.create_task(keys.keys("deepgram"))
    await asyncio.sleep(0)
    writing = asyncio.create_task(keys.put("groq", [ONE]))
    await asyncio.sleep(0)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    backend.answers.set()
    assert await reading == ()
    assert await store(backend).keys("groq") == ()
    assert not any(call.startswith("set") for call in backend.calls)


async def test_keys_of_the_environment_need_no_keyring() -> None:
    backend = HangingBackend()
    keys = store(backend, {"NOTULA_GROQ_KEY": ONE})
    assert await keys.keys("groq") == (ONE,)
    assert backend.asked == 0


@pytest.mark.parametrize(
    ("failure", "error"),
    [
        (keyring.errors.KeyringLocked("dismissed"), KeyringLocked),
        (keyring.errors.InitError("no collection"), KeyringUnavailable),
        (keyring.errors.NoKeyringError("none"), KeyringMissing),
        (OSError("the bus is gone"), KeyringUnavailable),
        (RuntimeError("?"), KeyringUnavailable),
    ],
)
async def test_a_failing_keyring_is_told_in_a_sentence(failure: Exception, error: type[Exception]) -> None:
    backend = MemoryBackend()
    backend.failure = failure
    keys = store(backend, {"NOTULA_DEEPGRAM_KEY": TWO})
    with pytest.raises(error) as failed:
        await keys.keys("groq")
    assert "NOTULA_GROQ_KEY" in str(failed.value)
    listed = await keys.overview()
    assert isinstance(listed.problem, error)
    assert [of.key.name for of in listed.sets] == ["deepgram"]
    backend.failure = None
    assert await keys.keys("groq") == ()


# --- which keyring ---


@pytest.mark.parametrize(
    ("backend", "error"),
    [
        ("tests.fakes.plain_keyring.PlainKeyring", KeyringUnsafe),
        ("keyring.backends.null.Keyring", KeyringMissing),
        ("keyring.backends.fail.Keyring", KeyringMissing),
    ],
)
async def test_only_a_keyring_that_is_known_to_be_safe_is_used(
    backend: str, error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", backend)
    with pytest.raises(error):
        await system_key_store(Redactor(), {}).put("groq", [ONE])


async def test_an_unsafe_keyring_is_used_where_its_owner_wants_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "tests.fakes.plain_keyring.PlainKeyring")
    keys = system_key_store(Redactor(), {}, unsafe_allowed=True)
    await keys.put("groq", [ONE])
    assert await keys.keys("groq") == (ONE,)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    with pytest.raises(KeyringMissing):
        await system_key_store(Redactor(), {}, unsafe_allowed=True).put("groq", [ONE])


def test_a_plain_file_is_not_chosen_though_it_claims_to_be_the_best(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
    monkeypatch.setattr(PlainKeyring, "priority", 9.0)
    monkeypatch.setattr("keyring.backend.get_all_keyring", lambda: [PlainKeyring()])
    assert isinstance(known_good_backend(unsafe_allowed=True), PlainKeyring)
    if sys.platform == "linux":
        with pytest.raises(KeyringMissing):
            known_good_backend()
    else:
        assert type(known_good_backend()).__module__ in SAFE_BACKENDS


async def test_a_chain_is_as_safe_as_its_least_safe_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.chainer.ChainerBackend")
    monkeypatch.setattr("keyring.backends.chainer.ChainerBackend.backends", [PlainKeyring()])
    with pytest.raises(KeyringUnsafe, match="PlainKeyring"):
        await system_key_store(Redactor(), {}).keys("groq")


@pytest.mark.parametrize("name", ["nonsense", "no.such.Module", "keyring.backends.null.Nothing"])
async def test_a_keyring_that_is_named_wrongly_is_told_in_a_sentence(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", name)
    with pytest.raises(KeyringUnavailable):
        await system_key_store(Redactor(), {}).keys("groq")


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
@pytest.mark.parametrize("exists", [True, False])
async def test_a_file_that_a_keyring_keeps_is_its_owners_only(tmp_path: Path, exists: bool) -> None:
    file = tmp_path / "ring" / "keys.cfg"
    if exists:
        file.parent.mkdir()
        file.touch(0o644)
    await store(FileBackend(file)).put("groq", [ONE])
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert ONE in file.read_text()


# --- the environment ---


async def test_the_environment_wins_and_the_list_says_so(tmp_path: Path) -> None:
    backend = MemoryBackend()
    file = tmp_path / "key"
    file.write_text(f"\ufeff{ONE}\n{TWO}\n", encoding="utf-8")
    file.chmod(0o600)
    environment = {
        "NOTULA_GROQ_KEY": f"{TWO}, {ONE}",
        "NOTULA_OPENAI_MY_SERVER_KEY_FILE": str(file),
        "NOTULA_DEEPGRAM_KEY": " ",
        "NOTULA_TELEGRAM_KEY": "telegram-token",
        "NOTULA_MODEL": "tiny",
    }
    await store(backend).put("groq", ["of-the-keyring"])
    await store(backend).put("openai:my-server", ["of-the-keyring"])
    await store(backend).put("deepgram", ["of-the-keyring"])
    keys = store(backend, environment)
    assert await keys.keys("groq") == (TWO, ONE)
    assert await keys.keys("openai:my-server") == (ONE, TWO)
    assert [(of.key.name, of.source, of.variable, len(of.keys)) for of in (await keys.overview()).sets] == [
        ("deepgram", KeySource.KEYRING, "", 1),
        ("groq", KeySource.ENVIRONMENT, "NOTULA_GROQ_KEY", 2),
        ("openai:my-server", KeySource.ENVIRONMENT, "NOTULA_OPENAI_MY_SERVER_KEY_FILE", 2),
        ("telegram", KeySource.ENVIRONMENT, "NOTULA_TELEGRAM_KEY", 1),
    ]


@pytest.mark.parametrize("content", [None, b"", b" \n", b"\xff\xfe\x00", b"x" * 70_000])
async def test_a_file_without_a_key_is_told_by_its_variable(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "key"
    if content is not None:
        file.write_bytes(content)
    keys = store(MemoryBackend(), {"NOTULA_GROQ_KEY_FILE": str(file)})
    with pytest.raises(KeyFileUnreadable) as failed:
        await keys.keys("groq")
    assert "NOTULA_GROQ_KEY_FILE" in str(failed.value)
    assert isinstance((await keys.overview()).problem, KeyFileUnreadable)


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
async def test_a_file_that_everybody_may_read_is_warned_of_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "key"
    file.write_text(ONE)
    file.chmod(0o644)
    keys = store(MemoryBackend(), {"NOTULA_GROQ_KEY_FILE": str(file)})
    assert await keys.keys("groq") == (ONE,) == await keys.keys("groq")
    assert caplog.text.count("chmod 600") == 1
    assert ONE not in caplog.text


async def test_every_key_that_passes_is_hidden_from_then_on() -> None:
    backend, redactor = MemoryBackend(), Redactor()
    await store(backend).put("groq", ["in-the-keyring"])
    keys = store(backend, {"NOTULA_DEEPGRAM_KEY": "in-the-environment"}, redactor=redactor)
    await keys.keys("groq")
    await keys.keys("deepgram")
    with pytest.raises(KeyUnusable):
        await keys.put("openai", ["mistyped key"])
    hidden = redactor.redact("in-the-keyring in-the-environment mistyped key")
    assert hidden == "… …ment …"


async def test_no_key_is_in_what_is_printed_of_our_objects() -> None:
    keys = store(MemoryBackend(), {"NOTULA_GROQ_KEY": ONE})
    assert ONE not in repr(await keys.overview())
    assert ONE not in repr(EnvironmentKeys({"NOTULA_GROQ_KEY": ONE}).in_variable("NOTULA_GROQ_KEY"))
    assert KeyId("openai:my-server").variable == "NOTULA_OPENAI_MY_SERVER_KEY"


async def test_keys_are_kept_in_memory_where_there_is_no_keyring() -> None:
    def no_backend() -> Backend:
        raise KeyringMissing(variable="NOTULA_<NAME>_KEY")

    redactor = Redactor()
    keys = KeyStore(SystemKeyring(no_backend), EnvironmentKeys({}), redactor)
    keys.add_for_session("groq", [ONE])
    keys.add_for_session("groq", [TWO, ONE])
    assert await keys.keys("groq") == (ONE, TWO)
    assert ONE not in redactor.redact(f"the key is {ONE}")
    listed = await keys.overview()
    assert [(found.keys, found.source) for found in listed.sets] == [((ONE, TWO), KeySource.SESSION)]
    following = KeyStore(SystemKeyring(no_backend), EnvironmentKeys({}), redactor)
    following.take_session_of(keys)
    assert await following.keys("groq") == (ONE, TWO)
    await keys.delete("groq")
    with pytest.raises(KeyringMissing):
        await keys.keys("groq")
    with pytest.raises(KeyUnusable):
        keys.add_for_session("groq", ["two words"])
