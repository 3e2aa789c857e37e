"""No secret gets into the log, whatever shape a library gives it."""

import base64
import json
import logging
import subprocess
import sys
import time
from collections.abc import Iterator
from logging.handlers import RotatingFileHandler
from pathlib import Path
from urllib.parse import quote, quote_plus

import httpx
import pytest

from core.observability.logs import LOG_FILE, set_up_logging
from core.observability.redaction import Redactor, key_ending
from tests.conftest import REPOSITORY
from tests.patience import PATIENCE_S

SECRET = "p/ä+nted=secret&k3y'\"\\x4f2a"
BOT_TOKEN = "123456789:AAFakeFakeFakeFakeFakeFakeFakeFake123"


@pytest.fixture
def redactor() -> Redactor:
    redactor = Redactor()
    redactor.learn(SECRET)
    return redactor


@pytest.fixture
def log(tmp_path: Path, redactor: Redactor, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A log file that ends with the test."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    set_up_logging(tmp_path / "logs", logging.DEBUG, redactor)
    yield tmp_path / "logs" / LOG_FILE
    for handler in [handler for handler in root.handlers if handler not in before]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)
    logging.captureWarnings(False)
    if logging.lastResort is not None:
        logging.lastResort.setFormatter(None)


@pytest.mark.parametrize(
    "shape",
    [
        SECRET,
        quote(SECRET),
        quote(SECRET, safe=""),
        quote(SECRET, safe="").lower(),
        quote_plus(SECRET),
        repr(SECRET),
        json.dumps(SECRET),
        *(base64.b64encode(f"{user}:{SECRET}".encode()).decode() for user in ("", "u", "us", "user")),
        base64.urlsafe_b64encode(f"{SECRET} and more".encode()).decode(),
    ],
)
def test_a_known_secret_is_hidden_in_every_shape(redactor: Redactor, shape: str) -> None:
    hidden = redactor.redact(f"before {shape} after")
    assert "…4f2a" in hidden
    assert hidden.startswith("before ")
    assert hidden.endswith(" after")
    assert shape[6:18] not in hidden


@pytest.mark.parametrize(
    ("line", "hidden"),
    [
        (f"POST https://api.telegram.org/bot{BOT_TOKEN}/getMe", "POST https://api.telegram.org/bot…/getMe"),
        (f"bot{BOT_TOKEN.replace(':', '%3A')}/x", "bot…/x"),
        ("{'Authorization': 'Bearer abc', 'Accept': '*/*'}", "{'Authorization': '…', 'Accept': '*/*'}"),
        ("[(b'authorization', b'Token abc'), (b'a', b'b')]", "[(b'authorization', b'…'), (b'a', b'b')]"),
        ("Authorization: Basic dTpw\nHost: here", "Authorization: …\nHost: here"),
        ("'X-Telegram-Bot-Api-Secret-Token': 'abc'", "'X-Telegram-Bot-Api-Secret-Token': '…'"),
        ("set-cookie: session=1; secure", "set-cookie: …"),
        ("Incorrect API key provided: sk-proj-abcdefghijklmnop.", "Incorrect API key provided: sk-…."),
        ("the key gsk_abcdefghijklmnopqrstuvwx", "the key gsk_…"),
        ("sent Bearer 0123456789abcdef0123 to it", "sent Bearer … to it"),
        ("GET http://u:p@example.org/a?token=1#x 'y'", "GET http://…@example.org/a?… 'y'"),
        ("https://user:p@ss@example.org/v1 failed", "https://…@example.org/v1 failed"),
        ("https://user:p/s?s#s@example.org/v1", "https://…@example.org/v1"),
        (r"https:\/\/user:pass@example.org\/v1", r"https:\/\/…@example.org\/v1"),
        ("base_url='wss://:pass@[::1]:80/v1?a=b'", "base_url='wss://…@[::1]:80/v1?…'"),
        ("https://example.org/cb#access_token=abc", "https://example.org/cb#…"),
        ("http://127.0.0.1:8000/@someone/v1", "http://127.0.0.1:8000/@someone/v1"),
        ("https://example.org/@someone", "https://example.org/@someone"),
        ('"POST /hook?secret=1&b=2 HTTP/1.1" 200', '"POST /hook?… HTTP/1.1" 200'),
        (
            "https://example.org/a.mp3 is fine? Yes: 12:30, x@y.z",
            "https://example.org/a.mp3 is fine? Yes: 12:30, x@y.z",
        ),
    ],
)
def test_what_looks_like_a_secret_is_hidden(line: str, hidden: str) -> None:
    assert Redactor().redact(line) == hidden


def test_a_long_key_shows_its_end_and_a_short_one_nothing() -> None:
    redactor = Redactor()
    for secret in ("short", "sixsix", "sixteencharacter"):
        redactor.learn(secret)
    assert redactor.redact("short sixsix sixteencharacter") == "short … …cter"
    assert (key_ending("sixteencharacter"), key_ending("fifteen-letters"), key_ending(None)) == ("cter", "", "")


def test_a_secret_within_another_leaves_nothing_of_it() -> None:
    redactor = Redactor()
    redactor.learn("secret-secret-1234")
    redactor.learn("secret-secret-1234-and-5678")
    assert redactor.redact("secret-secret-1234-and-5678") == "…5678"


@pytest.mark.parametrize(
    "text",
    [
        "a" * 300_000,
        "1" * 300_000,
        "http://" * 40_000,
        "http://a:b" * 30_000,
        "https://a/" + "b" * 300_000,
        "authorization " * 20_000,
    ],
)
def test_a_hostile_line_takes_no_longer_than_a_harmless_one(redactor: Redactor, text: str) -> None:
    begun = time.process_time()  # Of this process, however busy the computer is.
    redactor.redact(text)
    assert time.process_time() - begun < 2


def test_messages_arguments_tracebacks_and_stacks_are_hidden(log: Path) -> None:
    logger = logging.getLogger("test")
    logger.info("args %s %r", SECRET, {"key": SECRET})
    try:
        try:
            raise KeyError(SECRET)
        except KeyError as error:
            raise RuntimeError(f"GET https://example.org/?key={SECRET}") from error
    except RuntimeError:
        logger.exception("failed with %s", SECRET, stack_info=True)
    logging.getLogger("py.warnings").warning("warned: %s", SECRET)
    written = log.read_text(encoding="utf-8")
    assert "k3y" not in written
    assert "RuntimeError: GET https://example.org/?…" in written
    assert "Stack (most recent call last)" in written


async def test_an_address_in_an_http_error_is_hidden(log: Path) -> None:
    logging.getLogger("httpx").setLevel(logging.DEBUG)
    transport = httpx.MockTransport(lambda _: httpx.Response(404))
    async with httpx.AsyncClient(transport=transport) as client:
        answer = await client.get(f"https://api.telegram.org/file/bot{BOT_TOKEN}/v.oga", params={"key": "planted"})
    logging.getLogger("httpx").setLevel(logging.WARNING)
    with pytest.raises(httpx.HTTPStatusError, match=BOT_TOKEN) as refused:  # httpx does write addresses.
        answer.raise_for_status()
    logging.getLogger("test").error("refused", exc_info=refused.value)
    written = log.read_text(encoding="utf-8")
    assert "404" in written
    assert "HTTP Request: GET" in written
    assert "AAFake" not in written
    assert "planted" not in written


def test_a_line_that_can_not_be_written_is_told_without_it(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (handler,) = (handler for handler in logging.getLogger().handlers if isinstance(handler, RotatingFileHandler))
    handler.handle(logging.LogRecord("test", logging.INFO, __file__, 1, "%d", (SECRET,), None))
    printed = capsys.readouterr().err
    assert "can't be logged: TypeError" in printed
    assert "k3y" not in printed
    assert not log.exists() or "k3y" not in log.read_text(encoding="utf-8")


UNCAUGHT = """
import asyncio, sys, threading, warnings
from pathlib import Path
from core.observability.logs import set_up_logging
redactor = set_up_logging(Path(sys.argv[1]))
secret = sys.stdin.read()
redactor.learn(secret)

class Thing:
    def __del__(self):
        raise ValueError("in a destructor " + secret)

Thing()
warnings.warn("in a warning " + secret)
thread = threading.Thread(target=lambda: int("in a thread " + secret))
thread.start()
thread.join()

async def forgotten():
    task = asyncio.get_running_loop().create_task(failing())
    await asyncio.wait([task])

async def failing():
    raise ValueError("in a task " + secret)

asyncio.run(forgotten())
raise ValueError("at the end " + secret)
"""


def test_what_nobody_catches_is_logged_and_printed_without_secrets(tmp_path: Path) -> None:
    command = [sys.executable, "-c", UNCAUGHT, str(tmp_path)]
    done = subprocess.run(
        command,
        input="planted-secret-3f2a",
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
        check=False,
        timeout=PATIENCE_S,
    )
    assert done.returncode == 1
    log = (tmp_path / LOG_FILE).read_text(encoding="utf-8")
    assert "planted" not in done.stderr + log
    for where in ("in a destructor", "in a warning", "in a thread", "in a task", "at the end"):
        assert f"{where} …3f2a" in log
    assert "at the end …3f2a" in done.stderr


def test_a_line_commands_no_terminal_and_can_not_be_forged(log: Path) -> None:
    logging.getLogger("test").warning("can't read %s", "a\x1b[31m\x9b\u202eb\udce9\n2026-01-01 00:00:00 ERROR forged")
    written = log.read_text(encoding="utf-8")
    assert "can't read a [31m b\ufffd" in written
    assert not any(line.startswith("2026-01-01") for line in written.splitlines())
