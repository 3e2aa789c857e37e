"""Telegram's side of a webhook: it posts the updates to the bot's address until it gets them.

The updates of one chat go one after another, those of different chats side by side.
"""

import asyncio
import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from tests.fakes.bot_api_checks import check_secret
from tests.fakes.bot_api_updates import Updates
from tests.fakes.bot_api_wire import Request, bad_request

_PORTS = {443, 80, 88, 8443}
_TIMEOUT_S = 60.0
_ONE_OF_TELEGRAMS = "149.154.167.220"


@dataclass(frozen=True, slots=True)
class _Webhook:
    url: str
    secret: str
    most_connections: int
    certificate: str | None
    tls: ssl.SSLContext | None


@dataclass(frozen=True, slots=True)
class _Route:
    """The reverse proxy that stands before a bot: it takes the https and passes the rest on to the bot's own server."""

    prefix: str
    to: str
    headers: Mapping[str, str]


class WebhookSender:
    """Sends updates. `posts` are the update ids in the order in which they were posted, with the status got.

    `any_port` lets it have other ports than Telegram's four, for tests on a loopback; `local` http addresses, too.
    """

    def __init__(self, updates: Updates, now: Callable[[], float], *, local: bool, retry_after_s: float) -> None:
        self._updates = updates
        self._now = now
        self._local = local
        self._retry_after_s = retry_after_s
        self._webhook: _Webhook | None = None
        self._routes: list[_Route] = []
        self._busy: dict[int, object] = {}
        self._error: tuple[float, str] | None = None
        self.any_port = False
        self.posts: list[tuple[int, int]] = []
        self.most_at_once = 0

    @property
    def methods(self) -> Mapping[str, Callable[[Request], Any]]:
        return {"setwebhook": self._set, "deletewebhook": self._delete, "getwebhookinfo": self._info}

    def route(self, prefix: str, to: str, headers: Mapping[str, str] | None = None) -> None:
        """Let what goes to addresses with this beginning arrive at `to`, as through a reverse proxy."""
        told = {"X-Forwarded-For": _ONE_OF_TELEGRAMS, "X-Forwarded-Proto": "https"} if headers is None else headers
        self._routes = [*(route for route in self._routes if route.prefix != prefix), _Route(prefix, to, told)]

    async def run(self) -> None:
        """Send until cancelled."""
        timeout = aiohttp.ClientTimeout(total=_TIMEOUT_S)
        async with aiohttp.ClientSession(timeout=timeout) as session, asyncio.TaskGroup() as sending:
            while True:
                self._updates.arrived.clear()
                for update in self._ready():
                    self._busy[update["update_id"]] = _chat_of(update)
                    self.most_at_once = max(self.most_at_once, len(self._busy))
                    sending.create_task(self._send(session, update))
                await self._updates.arrived.wait()

    def _ready(self) -> Iterator[dict[str, Any]]:
        if self._webhook is None:
            return
        seen = set(self._busy.values())
        for update in list(self._updates.queue):
            if len(self._busy) >= self._webhook.most_connections:
                return
            chat = _chat_of(update)
            if chat not in seen:
                seen.add(chat)
                yield update

    async def _send(self, session: aiohttp.ClientSession, update: dict[str, Any]) -> None:
        webhook = self._webhook
        assert webhook is not None
        try:
            self._updates.note_handed_out(update)
            status, problem = await self._post(session, webhook, update)
            self.posts.append((update["update_id"], status))
            self._updates.announce()
            if 200 <= status < 300:
                self._updates.confirm_one(update["update_id"])
            else:
                self._error = (self._now(), problem)
                await asyncio.sleep(self._retry_after_s)
        finally:
            self._busy.pop(update["update_id"], None)
            self._updates.arrived.set()

    async def _post(self, session: aiohttp.ClientSession, webhook: _Webhook, update: dict[str, Any]) -> tuple[int, str]:
        """The status, 0 without any, and how Telegram calls what went wrong."""
        url, headers = webhook.url, {}
        if webhook.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = webhook.secret
        for route in self._routes:
            if url.startswith(route.prefix):
                url = route.to + url.removeprefix(route.prefix)
                headers |= route.headers
                break
        try:
            tls = webhook.tls or True
            async with session.post(url, json=update, headers=headers, ssl=tls, allow_redirects=False) as answer:
                await answer.read()
                return answer.status, f"Wrong response from the webhook: {answer.status} {answer.reason}"
        except aiohttp.ClientConnectorCertificateError:
            return 0, "SSL error {error:0A000086:SSL routines::certificate verify failed}"
        except aiohttp.ClientConnectorError:
            return 0, "Connection refused"
        except aiohttp.ClientError:
            return 0, "Connection closed"
        except TimeoutError:
            return 0, "Read timeout expired"

    def _set(self, request: Request) -> bool:
        url = request.text("url")
        if not url:
            return self._delete(request)
        parts = urlsplit(url)
        if parts.scheme != "https" and not self._local:
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        if not self._local and not self.any_port and (parts.port or 443) not in _PORTS:
            raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
        secret = request.text("secret_token")
        check_secret(secret)
        most = request.integer("max_connections", 40)
        if "certificate" in request.parameters and not request.files:
            raise bad_request("bad webhook: certificate must be uploaded as a file")
        certificate = self._certificate(request)
        self._updates.allow(request.structure("allowed_updates", list))
        if request.flag("drop_pending_updates"):
            self._updates.drop_all()
        tls = _trusting(certificate) if certificate else None
        self._webhook = _Webhook(url, secret, most if 1 <= most <= 100 else 40, certificate, tls)
        self._updates.webhook_is_set = True
        self._updates.interrupt_for_webhook()
        self._updates.arrived.set()
        return True

    def _certificate(self, request: Request) -> str | None:
        given = request.text("certificate").removeprefix("attach://") or "certificate"
        upload = request.files.get(given)
        if upload is None:
            return None
        try:
            text = upload.data.decode("ascii")
            _trusting(text)
        except (ValueError, ssl.SSLError):
            raise bad_request("bad webhook: invalid certificate") from None
        return text

    def _delete(self, request: Request) -> bool:
        if request.flag("drop_pending_updates"):
            self._updates.drop_all()
        self._webhook = None
        self._updates.webhook_is_set = False
        return True

    def _info(self, request: Request) -> dict[str, Any]:
        webhook = self._webhook
        info: dict[str, Any] = {
            "url": webhook.url if webhook else "",
            "has_custom_certificate": bool(webhook and webhook.certificate),
            "pending_update_count": len(self._updates.queue),
        }
        if webhook is not None:
            info |= {"max_connections": webhook.most_connections, "ip_address": "127.0.0.1"}
            if self._error is not None:
                info |= {"last_error_date": int(self._error[0]), "last_error_message": self._error[1]}
        if self._updates.allowed:
            info["allowed_updates"] = sorted(self._updates.allowed)
        return info


def _trusting(certificate: str) -> ssl.SSLContext:
    """Who has uploaded a certificate is believed with no other."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=certificate)
    return context


def _chat_of(update: dict[str, Any]) -> object:
    """What an update belongs to: the next one of the same has to wait for it."""
    content = next((value for name, value in update.items() if name != "update_id"), None)
    if not isinstance(content, dict):
        return update["update_id"]
    within = content.get("message", content)
    return within.get("chat", {}).get("id") or content.get("from", {}).get("id") or update["update_id"]
