"""A web server that Telegram posts updates to: strict about who posts, and done as soon as they are in the journal."""

import asyncio
import hashlib
import hmac
import json
import logging
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

MAX_BODY_BYTES = 1024 * 1024
BODY_TIMEOUT_S = 10.0
MAX_CONNECTIONS = 100
"""As many as Telegram posts at once at most, by its `max_connections`."""

_IDLE_S = 20.0
"""How long a connection may stay open without a whole request: aiohttp waits an hour even for the rest of a header."""

_CLOSING_S = 5.0

_ENCODINGS = ("", "identity", "gzip", "deflate", "br", "zstd")
_CHARSETS = ("utf-8", "utf8", "us-ascii")
"""What a body may be in; aiohttp takes an encoding that it doesn't know for none."""

_BODY_ERRORS = (
    HttpProcessingError,  # What isn't compressed or cut into chunks as its header says.
    ClientPayloadError,
    web.RequestPayloadError,
    ConnectionError,  # It is shorter than its header says.
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
        """Raises `WebhookUnusable` for settings that can't be."""
        self._settings = settings
        self._bot = bot
        self._receiver = receiver
        self._allowed_updates = list(allowed_updates)
        self._refused = refused
        self._pause = pause
        self._path = _derive(bot.token, "path")
        self._secret = _derive(bot.token, "secret")
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
    def address(self) -> str:
        """What Telegram is told to call."""
        return f"{self._settings.url.rstrip('/')}/{self._path}"

    @property
    def port(self) -> int:
        """Where it listens."""
        assert self._runner is not None
        return int(self._runner.addresses[0][1])

    async def start(self) -> None:
        """Listen, then tell Telegram where, however long it can't be reached.

        Raises `WebhookUnusable`. After any error, and when it is cancelled, nothing listens.
        """
        context = await asyncio.to_thread(self._tls)
        app = web.Application(client_max_size=MAX_BODY_BYTES)
        app.router.add_get("/healthz", _health_check)
        app.router.add_route("*", "/{path:.*}", self._handle)
        # Access logs would hold the path, which only Telegram may know.
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
        except (OSError, ValueError, AiogramError) as error:  # ValueError: a host's name that can't be one.
            await self.stop()
            logger.warning("The webhook could not be set up: %s", error)
            # Python 3.13 gives an address that can't be bound no number, and so no words of the system.
            reason = (error.strerror or str(error)) if isinstance(error, OSError) else getattr(error, "message", "")
            raise WebhookUnusable(reason=reason or type(error).__name__) from error
        except BaseException:
            await self.stop()
            raise
        self._receiver.note_contact()

    async def stop(self) -> None:
        """Answer what is under way and listen no more. Telegram keeps what it can't deliver."""
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

    def _tls(self) -> ssl.SSLContext | None:
        if not self._settings.certificate:
            return None
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        try:
            context.load_cert_chain(self._settings.certificate, self._settings.key or None)
        except (OSError, ssl.SSLError) as error:
            raise WebhookUnusable(reason=f"its certificate can't be read ({error.strerror})") from error
        return context

    async def _handle(self, request: web.Request) -> web.Response:
        """Whoever isn't Telegram learns nothing but the status."""
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
            return web.Response(status=503)  # Telegram comes again.
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
            logger.warning("An update can't be written down: %s", error)
            return web.Response(status=503)
        except Exception:  # The border: Telegram comes again, and the log has what it was.
            logger.exception("An update can't be written down")
            return web.Response(status=503)
        self._receiver.note_contact()
        return web.Response()

    async def _refuse(self, status: int, source: str, reason: str) -> web.Response:
        logger.info("Refused a request from %s: %s", source, reason)
        try:
            await self._refused(source, reason)
        except StoreError as error:  # It is in the log; who asks gets the same answer.
            logger.warning("A refusal can't be written down: %s", type(error).__name__)
        except Exception:  # The border, as in `_accept`.
            logger.exception("A refusal can't be written down")
        return web.Response(status=status)


class _ClientErrorFilter(logging.Filter):
    """What is no HTTP, or not packed as its header says, is the fault of whoever has sent it.

    aiohttp logs it as its own, with a traceback that quotes what was sent, which may be the secret.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Leave out what was sent; True, for the record stays."""
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        if isinstance(error, HttpProcessingError | ClientPayloadError | web.RequestPayloadError):
            record.levelno, record.levelname = logging.INFO, logging.getLevelName(logging.INFO)
            record.msg, record.args = f"Refused a request that is not as HTTP has it: {type(error).__name__}", ()
            record.exc_info = record.exc_text = None
        return True


def _server_logger() -> logging.Logger:
    """Where aiohttp's server says what it says."""
    log = logging.getLogger(f"{__name__}.server")
    if not log.filters:
        log.addFilter(_ClientErrorFilter())
    return log


async def _health_check(request: web.Request) -> web.Response:
    return web.Response(text="ok")


def _derive(token: str, purpose: str) -> str:
    """Sixty-four characters that only who knows the token can know."""
    return hmac.new(token.encode(), f"notula webhook {purpose}".encode(), hashlib.sha256).hexdigest()


def _equal(given: str, expected: str) -> bool:
    """Compared in constant time."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())
