"""Sessions with Telegram among the keys."""

from core.bot.key_sessions import KeySessions
from core.redaction import Redactor
from core.secrets import EnvironmentKeys, KeyStore, SystemKeyring
from tests.fakes.keyring_backend import MemoryBackend

SESSION = "1" + "BQA-" * 88


def sessions_of(backend: MemoryBackend, redactor: Redactor | None = None, profile: str = "default") -> KeySessions:
    return KeySessions(KeyStore(SystemKeyring(lambda: backend), EnvironmentKeys({}), redactor or Redactor()), profile)


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
