"""What Telegram gives for a program, as a person pastes it."""

import pytest

from core.domain.errors import ApiCredentialsUnusable
from core.observability.redaction import Redactor
from core.secrets import EnvironmentKeys, KeyStore, SystemKeyring
from core.secrets.api_credentials import TELEGRAM_API, ApiCredentials, api_credentials
from tests.fakes.keyring_backend import MemoryBackend

HASH = "0123456789abcdef" * 2


def test_each_application_is_read_once() -> None:
    found = api_credentials([f"12345:{HASH}", f"67:{HASH.upper()}", f"12345:{HASH}"])
    assert found == (ApiCredentials(12345, HASH), ApiCredentials(67, HASH))
    assert api_credentials([]) == ()


WRONG = ["12345", HASH, f"0:{HASH}", f"12345:{HASH}0", f"1234567890:{HASH}", "x:y"]


@pytest.mark.parametrize("text", WRONG)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ApiCredentialsUnusable):
        api_credentials([f"12345:{HASH}", text])


def test_the_hash_is_not_shown() -> None:
    assert HASH not in repr(ApiCredentials(12345, HASH))


async def test_wrong_ones_are_not_kept_and_right_ones_never_logged() -> None:
    redactor = Redactor()
    store = KeyStore(SystemKeyring(lambda: backend), EnvironmentKeys({}), redactor)
    backend = MemoryBackend()
    for text in WRONG:
        with pytest.raises(ApiCredentialsUnusable):
            await store.add(TELEGRAM_API, [text])
    assert await store.keys(TELEGRAM_API) == ()
    await store.add(TELEGRAM_API, [f"12345:{HASH}"])
    assert await store.keys(TELEGRAM_API) == (f"12345:{HASH}",)
    later = Redactor()
    await KeyStore(SystemKeyring(lambda: backend), EnvironmentKeys({}), later).keys(TELEGRAM_API)
    for one in (redactor, later):
        assert HASH not in one.redact(f"api_hash={HASH}")
