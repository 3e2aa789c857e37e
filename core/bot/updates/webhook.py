"""The webhook: an HTTP server that accepts updates from Telegram alone, and answers once they are journaled."""

import asyncio
import hashlib
import hmac
import json
import logging
import secrets
import ssl
from collections.abc import Awaitable, Callable, Sequence

from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramRetryAfter
from aiogram.types import FSInputFile
from aiohttp import ClientPayloadError, web
from aiohttp.http_exceptions import HttpProcessingError

from core.bot.api.backoff import backoff_s
from core.bot.api.errors import TRANSIENT_ERRORS
from core.bot.api.responses import response_of
from core.bot.updates.client_address import TELEGRAM_NETWORKS, client_address, is_in_networks, networks
from core.bot.updates.inbox import received_update
from core.bot.updates.update_receiver import UpdateReceiver
from core.domain.errors import StoreError, TelegramUnreachable, WebhookUnusable
from core.domain.webhook_settings import WebhookSettings

logger = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  A name, no secret.
"""https://core.telegram.org/bots/api#setwebhook"""

HEALTH_PATH = "/healthz"
RUN_HEADER = "X-Notula-Run"
"""Tells whoever tries the public address whether it leads to exactly this webhook."""

MAX_BODY_BYTES = 1024 * 1024
BODY_TIMEOUT_S = 10.0
MAX_CONNECTIONS = 100
"""The `max_connections` that Telegram is told, and the limit of concurrent requests."""

_IDLE_S = 20.0
"""How long a connection may be idle: aiohttp's default is an hour, even in the middle of a header."""

_CLOSING_S = 5.0

_ENCODINGS = ("", "identity", "gzip", "deflate", "br", "zstd")
_CHARSETS = ("utf-8", "utf8", "us-ascii")
"""Encodings of bodies; aiohttp ignores those that it doesn't know."""

_BODY_ERRORS = (
    HttpProcessingError,  # Not compressed or chunked as the header says.
    ClientPayloadError,
    web.RequestPayloadError,
    ConnectionError,  # Shorter than the header says.
    ValueError,  # Broken JSON, broken UTF-8, or no update.
    RecursionError,
)


class Webhook:
    """Serves between `start` and `stop`. Path and secret are derived from the token, so several instances share them.

    `refused` is called with the client's address and a reason for each request that isn't Telegram's. `pause` waits for
    so many seconds.
    """

    def __init__(
        self,
        settings: WebhookSettings,
        bot: Bot,
        receiver: UpdateReceiver,
        allowed_updates: Sequence[str],
        *,
        refused: Callable[[str, str], Awaitable[None]],
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Raises `WebhookUnusable` for invalid settings."""
        self._settings = settings
        self._bot = bot
        self._receiver = receiver
        self._allowed_updates = list(allowed_updates)
        self._refused = refused
        self._pause = pause
        self._path = _derive(bot.token, "path")
        self._secret = _derive(bot.token, "secret")
        self.run_id = secrets.token_hex(8)
        self._open_requests = 0
        self._runner: web.AppRunner | None = None
        try:
            self._trusted_proxies = networks(settings.proxies)
            self._allowed_networks = (*TELEGRAM_NETWORKS, *networks(settings.networks))
        except ValueError as error:
            raise WebhookUnusable(reason=str(error)) from error
        if not settings.url.startswith("https://") and not (settings.is_plain_allowed and settings.url):
            raise WebhookUnusable(reason="its address doesn't begin with https://")

    @property
    def settings(self) -> WebhookSettings:
        """What it was made of."""
        return self._settings

    @property
    def address(self) -> str:
        """The URL that Telegram posts to."""
        return f"{self._settings.url.rstrip('/')}/{self._path}"

    @property
    def port(self) -> int:
        """The port that it listens on."""
        assert self._runner is not None
        return int(self._runner.addresses[0][1])

    async def start(self) -> None:
        """Listen, then register the URL, with retries for as long as Telegram can't be reached.

        Raises `WebhookUnusable`. After any error and after cancellation nothing listens.
        """
        context = await asyncio.to_thread(tls_context, self._settings)
        app = web.Application(client_max_size=MAX_BODY_BYTES)
        app.router.add_get(HEALTH_PATH, health_check(self.run_id))
        app.router.add_route("*", "/{path:.*}", self._handle)
        # No access log: it would hold the path, which is a secret.
        self._runner = web.AppRunner(
            app,
            access_log=None,
            logger=_server_logger(),
            handler_cancellation=False,
            keepalive_timeout=_IDLE_S,
            shutdown_timeout=_CLOSING_S,
        )
        settings = self._settings
        try:
            await self._runner.setup()
            await web.TCPSite(self._runner, settings.host, settings.port, ssl_context=context).start()
            await self._register()
        except (OSError, ValueError, AiogramError) as error:  # ValueError: an invalid host name.
            await self.stop()
            logger.warning("The webhook could not be set up: %s", error)
            # From Python 3.13 on, an address that can't be bound has no errno, and so no strerror.
            reason = (error.strerror or str(error)) if isinstance(error, OSError) else getattr(error, "message", "")
            raise WebhookUnusable(reason=reason or type(error).__name__) from error
        except BaseException:
            await self.stop()
            raise
        self._receiver.note_contact()

    async def stop(self) -> None:
        """Finish open requests and stop listening. Telegram keeps what it can't deliver."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _register(self) -> None:
        failures = 0
        while True:
            try:
                await self._set_webhook()
            except TelegramRetryAfter as error:
                await self._pause(error.retry_after)
            except TRANSIENT_ERRORS as error:
                failures += 1
                logger.info("Setting the webhook, attempt %d: %s", failures, type(error).__name__)
                self._receiver.note_problem(TelegramUnreachable())
                await self._pause(backoff_s(failures))
            else:
                return

    async def _set_webhook(self) -> None:
        settings = self._settings
        certificate = FSInputFile(settings.certificate) if settings.self_signed and settings.certificate else None
        await response_of(
            self._bot.set_webhook(
                self.address,
                certificate=certificate,
                max_connections=MAX_CONNECTIONS,
                allowed_updates=self._allowed_updates,
                drop_pending_updates=False,
                secret_token=self._secret,
            )
        )

    async def _handle(self, request: web.Request) -> web.Response:
        """Check a request and accept its update. Other clients than Telegram get a status without a body."""
        forwarded_for = ",".join(request.headers.getall("X-Forwarded-For", []))
        source = client_address(request.remote or "", forwarded_for, self._trusted_proxies)
        if source is None or not is_in_networks(source, self._allowed_networks):
            return await self._refuse(403, str(source), "address")
        if not _equal(request.match_info["path"], self._path):
            return await self._refuse(404, str(source), "path")
        if not _equal(request.headers.get(SECRET_HEADER, ""), self._secret):
            return await self._refuse(401, str(source), "secret")
        if request.method != "POST":
            return await self._refuse(405, str(source), "method")
        if self._open_requests >= MAX_CONNECTIONS:
            return web.Response(status=503)  # Telegram retries.
        self._open_requests += 1
        try:
            return await self._accept(request, str(source))
        finally:
            self._open_requests -= 1

    async def _accept(self, request: web.Request, source: str) -> web.Response:
        charset = (request.charset or "utf-8").lower()
        if request.headers.get("Content-Encoding", "").lower() not in _ENCODINGS or charset not in _CHARSETS:
            return await self._refuse(415, source, "encoding")
        try:
            async with asyncio.timeout(BODY_TIMEOUT_S):
                body = await request.read()
            raw = json.loads(body)
            update = received_update(raw if isinstance(raw, dict) else {})
        except TimeoutError:
            return await self._refuse(408, source, "slow")
        except web.HTTPRequestEntityTooLarge:
            return await self._refuse(413, source, "size")
        except _BODY_ERRORS:
            return await self._refuse(400, source, "body")
        try:
            await self._receiver.record([update])
        except StoreError as error:
            logger.warning("An update can't be journaled: %s", error)
            return web.Response(status=503)
        except Exception:  # A broad except at a border: Telegram retries, and the log has the error.
            logger.exception("An update can't be journaled")
            return web.Response(status=503)
        self._receiver.note_contact()
        return web.Response()

    async def _refuse(self, status: int, source: str, reason: str) -> web.Response:
        logger.info("Refused a request from %s: %s", source, reason)
        try:
            await self._refused(source, reason)
        except StoreError as error:  # The client gets the same response.
            logger.warning("A refusal can't be recorded: %s", type(error).__name__)
        except Exception:  # A broad except at a border, as in `_accept`.
            logger.exception("A refusal can't be recorded")
        return web.Response(status=status)


class _ClientErrorFilter(logging.Filter):
    """Replaces the log records of malformed requests, which are errors of the client.

    aiohttp logs them as its own, with a traceback that quotes the request, and may so quote the secret.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Remove the quotation; True, as the record stays."""
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        if isinstance(error, HttpProcessingError | ClientPayloadError | web.RequestPayloadError):
            record.levelno, record.levelname = logging.INFO, logging.getLevelName(logging.INFO)
            record.msg, record.args = f"Refused a malformed HTTP request: {type(error).__name__}", ()
            record.exc_info = record.exc_text = None
        return True


def _server_logger() -> logging.Logger:
    """The logger for aiohttp's server."""
    log = logging.getLogger(f"{__name__}.server")
    if not log.filters:
        log.addFilter(_ClientErrorFilter())
    return log


def tls_context(settings: WebhookSettings) -> ssl.SSLContext | None:
    """TLS with the certificate of these settings, None where they name none. Reads files. Raises `WebhookUnusable`."""
    if not settings.certificate:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(settings.certificate, settings.key or None)
    except (OSError, ssl.SSLError) as error:
        raise WebhookUnusable(reason=f"its certificate can't be read ({error.strerror})") from error
    return context


def health_check(run_id: str) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Answers that this runs, and by a header who it is that answers."""

    async def answer(request: web.Request) -> web.Response:
        return web.Response(text="ok", headers={RUN_HEADER: run_id})

    return answer


def _derive(token: str, purpose: str) -> str:
    """Sixty-four characters that can be derived from the token alone."""
    return hmac.new(token.encode(), f"notula webhook {purpose}".encode(), hashlib.sha256).hexdigest()


def _equal(given: str, expected: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())
