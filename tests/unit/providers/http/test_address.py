"""Which addresses a server can have."""

import pytest

from core.domain.errors import AddressUnusable
from core.domain.provider_settings import ProviderSettings
from core.providers.http.address import checked_address


@pytest.mark.parametrize(
    ("given", "checked"),
    [
        ("https://example.org/v1", "https://example.org/v1"),
        (" http://127.0.0.1:8000/v1/ \n", "http://127.0.0.1:8000/v1"),
        ("HTTPS://bücher.example", "HTTPS://bücher.example"),
        ("http://[::1]:80", "http://[::1]:80"),
    ],
)
def test_an_address_on_the_web_is_taken(given: str, checked: str) -> None:
    assert checked_address("Home", given) == checked


@pytest.mark.parametrize(
    "address",
    [
        "",
        "example.org/planted",
        "ftp://example.org/planted",
        "https://",
        "http:///planted",
        "http://[::planted",
        "http://x:planted/",
        "http://\u2603.\ud800/planted",
        "http://x\n/planted",
        "https://user:planted@example.org/v1",
        "https://planted@example.org/v1",
        "https://example.org/v1?key=planted",
        "https://example.org/v1#planted",
    ],
)
def test_what_is_none_or_holds_a_secret_is_refused_without_showing_it(address: str) -> None:
    with pytest.raises(AddressUnusable) as refusal:
        checked_address("Home", address)
    assert "planted" not in f"{refusal.value} {refusal.value!r} {refusal.value.__context__!r}"
    assert not refusal.value.transient
    assert "Correct it in Notula under Settings" in str(refusal.value)


def test_settings_do_not_show_an_address() -> None:
    assert "planted" not in repr(ProviderSettings(base_url="https://user:planted@example.org"))
