"""The form that a chunk is sent in: its vocabulary and its bytes."""

import httpx
import pytest

from core.providers.http.upload import UploadBody
from core.providers.prompt import prompt_of


def test_the_vocabulary_becomes_a_prompt() -> None:
    assert prompt_of(()) == ""
    assert prompt_of([" Jakarta ", "Budi Santoso", "", "KPK"]) == "Jakarta, Budi Santoso, KPK"


@pytest.mark.parametrize("term", ["Jakarta", "Джакарта", "จาการ์ตา"])
def test_a_prompt_has_as_many_whole_terms_as_whisper_reads(term: str) -> None:
    prompt = prompt_of([f"{term}{number}" for number in range(1000)])
    assert 750 < len(prompt.encode()) <= 800
    assert prompt.startswith(f"{term}0, {term}1, ")
    assert all(part.startswith(term) for part in prompt.split(", "))


def test_a_term_with_half_a_character_can_be_sent() -> None:
    assert prompt_of(["caf\udce9", "two\nlines\x00"]).encode() == "caf\ufffd, two lines".encode()


def test_a_term_that_is_too_long_keeps_no_other_out() -> None:
    assert prompt_of(["x" * 900, "KPK"]) == "KPK"


def test_the_body_tells_how_much_of_it_has_gone() -> None:
    told: list[float] = []
    request = httpx.Request("POST", "http://x", files={"file": ("a.ogg", UploadBody(bytes(200_000), told.append))})
    assert isinstance(request.stream, httpx.SyncByteStream)
    assert sum(len(piece) for piece in request.stream) == int(request.headers["Content-Length"])
    assert told == [0.0, 65536 / 200_000, 131072 / 200_000, 196608 / 200_000, 1.0]


def test_a_large_body_goes_in_larger_pieces() -> None:
    told: list[float] = []
    body = UploadBody(bytes(8 * 1024 * 1024), told.append)
    assert sum(iter(lambda: len(body.read(65536)), 0)) == 8 * 1024 * 1024
    assert told == [step / 8 for step in range(9)]


def test_an_empty_body_has_gone_at_once() -> None:
    told: list[float] = []
    assert UploadBody(b"", told.append).read() == b""
    assert told == [1.0]
