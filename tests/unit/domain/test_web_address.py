import pytest

from core.domain import SourceReference
from core.domain.web_address import (
    is_address,
    is_fetchable,
    is_incomplete,
    marked_without_secrets,
    name_in,
    without_secrets,
)

SECRETS = [
    ("http://alice:PW@host/talk.wav?X-Amz-Signature=SIG&token=TOK#KEY", "http://host/talk.wav", "talk.wav"),
    ("https://PW@host:8443/a/My%20talk.mp3", "https://host:8443/a/My%20talk.mp3", "My talk.mp3"),
    ("HTTP://Host/x;jsessionid=SIG/talk.wav;v=TOK", "http://host/x/talk.wav", "talk.wav"),
    ("http://host?token=TOK", "http://host", "host"),
    ("http://[::1]:80/talk.wav?TOK", "http://[::1]:80/talk.wav", "talk.wav"),
    ("http://host/@alice/talk.wav", "http://host/@alice/talk.wav", "talk.wav"),
    ("http://host/x.wav%3Fsig=SIG", "http://host/x.wav", "x.wav"),
    ("http://host/x.wav%23tok%3DTOK", "http://host/x.wav", "x.wav"),
    ("http://host/x.wav&sig=SIG", "http://host/x.wav", "x.wav"),
    ("http://host/a/token=TOK/x.wav", "http://host/a/token/x.wav", "x.wav"),
    ("http://host/rd/http%3A%2F%2Fbob%3APW%40h%2Fy.wav%3Fsig%3DSIG", "http://host/rd/http", "host - http"),
    ("http://host/rd/bob%3APW%40h", "http://host/rd/bob", "host - bob"),
    # What can't be told apart for sure.
    ("http://alice:PW@[::1:1/x", "http://…", "http://…"),
    ("http://alice:P/W@host/talk.wav", "http://…", "http://…"),
    ("http://alice:12/W@host/talk.wav", "http://…", "http://…"),
    ("http://alice:PW?@host/talk.wav", "http://…", "http://…"),
    ("http://PW#@host/talk.wav", "http://…", "http://…"),
    ("http://PW?x@host/talk.wav", "http://…", "http://…"),
    ("http://alice:PW", "http://…", "http://…"),
    ("http://alice:PW@host:99999/talk.wav", "http://…", "http://…"),
    ("http://alice:PW@/talk.wav", "http://…", "http://…"),
    ("ftp://alice:PW@host/talk.wav", "ftp://…", "ftp://…"),
    ("  http://alice:PW@host/talk.wav?TOK  ", "http://host/talk.wav", "talk.wav"),
]


@pytest.mark.parametrize(("url", "kept", "name"), SECRETS)
def test_nothing_secret_of_an_address_is_kept_or_shown(url: str, kept: str, name: str) -> None:
    assert (without_secrets(url), name_in(url)) == (kept, name)
    assert without_secrets(kept) == kept
    for secret in ("PW", "SIG", "TOK", "KEY"):
        assert secret not in kept + name
    assert url not in repr(SourceReference("http", url, name))


@pytest.mark.parametrize(("url", "kept", "_name"), SECRETS)
def test_what_was_left_out_of_an_address_is_known_of_what_is_kept(url: str, kept: str, _name: str) -> None:
    marked = marked_without_secrets(url)
    assert without_secrets(marked) == kept
    assert marked_without_secrets(marked) == marked
    assert is_incomplete(marked) or kept == url


@pytest.mark.parametrize("url", ["http://host/talk.wav", "https://host/talk.wav#t=10", "http://[::1]:8000/a/b"])
def test_an_address_without_secrets_stays_whole(url: str) -> None:
    assert not is_incomplete(marked_without_secrets(url))


def test_addresses_are_told_from_paths() -> None:
    assert all(map(is_address, ("http://host/x", "HTTPS://host", "ftp://alice:PW@host/x")))
    assert not any(map(is_address, ("/tmp/x.wav", "x.wav", "C:\\x.wav", "c://x.wav", "http:/x")))
    assert is_fetchable("http://host")
    assert not any(map(is_fetchable, ("ftp://host/x", "http://", "http://host:0/", "http://host:x/", "http://[::1/")))


def test_only_addresses_of_web_servers_are_cut() -> None:
    assert SourceReference("file", "/tmp/a?b#c", "a?b#c").kept_location == "/tmp/a?b#c"
