"""Who has called, whatever the proxies and the callers write."""

from ipaddress import IPv4Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.bot.updates.client_address import TELEGRAM_NETWORKS, client_address, is_in_networks, networks

PROXY = networks(["127.0.0.1", "10.0.0.0/8", "::1"])
ONE_OF_TELEGRAMS = "149.154.167.220"


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "source"),
    [
        (ONE_OF_TELEGRAMS, "", ONE_OF_TELEGRAMS),
        ("127.0.0.1", ONE_OF_TELEGRAMS, ONE_OF_TELEGRAMS),
        ("::1", f"{ONE_OF_TELEGRAMS}:4711", ONE_OF_TELEGRAMS),
        ("::ffff:127.0.0.1", f"{ONE_OF_TELEGRAMS}, 10.1.2.3", ONE_OF_TELEGRAMS),
        # What a stranger writes stays what a stranger wrote.
        ("203.0.113.9", ONE_OF_TELEGRAMS, "203.0.113.9"),
        ("127.0.0.1", f"{ONE_OF_TELEGRAMS}, 203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", f"{ONE_OF_TELEGRAMS}, nonsense", None),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "10.1.1.1, 10.2.2.2", "10.1.1.1"),
        ("127.0.0.1", "[2001:db8::7]:443", "2001:db8::7"),
        ("", "", None),
        ("a socket", ONE_OF_TELEGRAMS, None),
    ],
)
def test_only_what_a_trusted_proxy_says_counts(peer: str, forwarded_for: str, source: str | None) -> None:
    assert client_address(peer, forwarded_for, PROXY) == (ip_address(source) if source else None)


@given(st.ip_addresses(v=4), st.lists(st.text(max_size=20) | st.just(ONE_OF_TELEGRAMS), max_size=5))
def test_nobody_becomes_telegram_by_what_they_write(stranger: IPv4Address, written: list[str]) -> None:
    if is_in_networks(stranger, (*TELEGRAM_NETWORKS, *PROXY)):
        return
    behind_a_proxy = ",".join([*written, str(stranger)])
    assert client_address("127.0.0.1", behind_a_proxy, PROXY) == stranger
    assert client_address(str(stranger), ",".join(written), PROXY) == stranger


def test_a_network_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        networks(["127.0.0.1", "nonsense"])
