"""What Telegram gives for a program, as a person pastes it."""

import pytest

from core.bot.api_credentials import ApiCredentials, api_credentials
from core.domain.errors import KeyUnusable

HASH = "0123456789abcdef" * 2


def test_pairs_are_read_however_they_are_spaced() -> None:
    found = api_credentials(f" 12345:{HASH}\n67:{HASH.upper()}  12345:{HASH} ", "telegram-api")
    assert found == (ApiCredentials(12345, HASH), ApiCredentials(67, HASH))


def test_nothing_is_no_application() -> None:
    assert api_credentials("  ", "telegram-api") == ()


@pytest.mark.parametrize("text", ["12345", f"12345 {HASH}", f"0:{HASH}", f"12345:{HASH}0", f"1234567890:{HASH}", "x:y"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(KeyUnusable) as refused:
        api_credentials(text, "telegram-api")
    assert "telegram-api" in str(refused.value)


def test_the_hash_is_not_shown() -> None:
    assert HASH not in repr(ApiCredentials(12345, HASH))
