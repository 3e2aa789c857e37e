"""Whether the webhook's public address leads to this Notula: it is asked over the network, as Telegram does."""

import asyncio
import secrets
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import (
    ClientConnectionError,
    ClientConnectorCertificateError,
    ClientConnectorDNSError,
    ClientError,
    ClientSession,
    ClientSSLError,
    ClientTimeout,
    web,
)
from yarl import URL

from core.bot.updates.webhook import HEALTH_PATH, RUN_HEADER, Webhook, health_check, tls_context
from core.domain import TranslatableText, mark
from core.domain.errors import WebhookUnusable
from core.domain.translatable_text import TranslatableValue
from core.domain.webhook_settings import WebhookSettings

TELEGRAM_PORTS = (443, 80, 88, 8443)
"""The ports that Telegram calls: https://core.telegram.org/bots/api#setwebhook"""

TEST_S = 10.0
"""How long an answer may take. Telegram waits longer, but counts slow answers as failures in the end."""

_NO_ADDRESS = mark("There is no webhook address yet. Enter where Telegram reaches this computer.")
_NOT_SAFE = mark("Telegram calls only addresses that begin with https://. Change the webhook address.")
_WRONG_PORT = mark("Telegram calls only the ports 443, 80, 88 and 8443, not {port}. Change the webhook address.")
_UNKNOWN_NAME = mark("The name {host} isn't known on the internet. Check the webhook address.")
_NO_ANSWER = mark(
    "Nothing answers at {host}, port {port}. Check that router, firewall and web server lead from there to {listen}."
)
_CERTIFICATE = mark("The certificate of {host} isn't trusted, so Telegram doesn't call it. Renew it, or name your own.")
_NO_TLS = mark(
    "No encrypted connection can be made to {host}, port {port}. Let a web server with a certificate answer there, or "
    "name a certificate of your own."
)
_OTHER_STATUS = mark(
    "At {host} a web server answers with status {status}. Have it hand on all that is below the address to {listen}."
)
_OTHER_PROGRAM = mark("Another program answers at {host}. Have all that is below the address handed on to {listen}.")
_CANT_LISTEN = mark("Notula can't listen on {listen}: {reason}. Choose another port, or stop who has it.")


async def webhook_problem(
    settings: WebhookSettings | None, running: Webhook | None, *, timeout_s: float = TEST_S
) -> TranslatableText | None:
    """Why a request to the public address doesn't come here, None where it does.

    Where no `running` webhook listens as these settings say, something does for the moment of the test.
    """
    if settings is None or not settings.url:
        return TranslatableText(_NO_ADDRESS)
    url = URL(settings.url)
    if url.scheme != "https" and not settings.is_plain_allowed:
        return TranslatableText(_NOT_SAFE)
    if url.port not in TELEGRAM_PORTS and not settings.is_plain_allowed:
        return TranslatableText(_WRONG_PORT, {"port": url.port or 0})
    try:
        async with _listening(settings, running) as run_id, asyncio.timeout(timeout_s):
            return await _asked(settings, url, run_id)
    except WebhookUnusable as error:
        return error.message
    except OSError as error:  # Of `_listening`; TimeoutError is one, too.
        if isinstance(error, TimeoutError):
            return _no_answer(settings, url)
        values = {"listen": f"{settings.host}:{settings.port}", "reason": error.strerror or str(error)}
        return TranslatableText(_CANT_LISTEN, values)


@asynccontextmanager
async def _listening(settings: WebhookSettings, running: Webhook | None) -> AsyncIterator[str]:
    """Something that answers at the local address, and what it says of itself. Raises OSError, `WebhookUnusable`."""
    if running is not None and _ends(running.settings) == _ends(settings):
        yield running.run_id
        return
    context = await asyncio.to_thread(tls_context, settings)
    run_id = secrets.token_hex(8)
    app = web.Application()
    app.router.add_get(HEALTH_PATH, health_check(run_id))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.0)
    try:
        await runner.setup()
        await web.TCPSite(runner, settings.host, settings.port, ssl_context=context).start()
        yield run_id
    finally:
        await runner.cleanup()


def _ends(settings: WebhookSettings) -> tuple[object, ...]:
    return settings.host, settings.port, settings.certificate, settings.key


async def _asked(settings: WebhookSettings, url: URL, run_id: str) -> TranslatableText | None:
    host = url.host or ""
    told: dict[str, TranslatableValue] = {"host": host, "listen": f"{settings.host}:{settings.port}"}
    trust: ssl.SSLContext | bool = True
    if settings.self_signed and settings.certificate:
        trust = await asyncio.to_thread(lambda: ssl.create_default_context(cafile=settings.certificate))
    try:
        async with (
            ClientSession(timeout=ClientTimeout(total=None)) as session,
            session.get(f"{settings.url.rstrip('/')}{HEALTH_PATH}", ssl=trust, allow_redirects=False) as response,
        ):
            answered_by = response.headers.get(RUN_HEADER)
            status = response.status
    except ClientConnectorDNSError:
        return TranslatableText(_UNKNOWN_NAME, {"host": host})
    except ClientConnectorCertificateError:
        return TranslatableText(_CERTIFICATE, {"host": host})
    except ClientSSLError:  # Something answers without TLS, or in a way that no client understands.
        return TranslatableText(_NO_TLS, {"host": host, "port": url.port or 0})
    except (ClientConnectionError, ClientError, ValueError):  # ValueError: an address that can't be one.
        return _no_answer(settings, url)
    if answered_by == run_id:
        return None
    if status != web.HTTPOk.status_code:
        return TranslatableText(_OTHER_STATUS, told | {"status": status})
    return TranslatableText(_OTHER_PROGRAM, told)


def _no_answer(settings: WebhookSettings, url: URL) -> TranslatableText:
    values: dict[str, TranslatableValue] = {
        "host": url.host or "",
        "port": url.port or 0,
        "listen": f"{settings.host}:{settings.port}",
    }
    return TranslatableText(_NO_ANSWER, values)
