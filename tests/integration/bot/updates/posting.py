"""A webhook with an inbox behind it, and a client that posts to it as Telegram does."""

import asyncio
import datetime
import io
import ipaddress
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
from aiogram import Bot
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from core.bot.updates.inbox import Inbox
from core.bot.updates.update_receiver import UpdateReceiver
from core.bot.updates.webhook import SECRET_HEADER, Webhook
from core.domain.bot import ReceivedUpdate
from core.domain.webhook_settings import WebhookSettings
from tests.fakes.bot_api import FakeBotApi
from tests.patience import PATIENCE_S

PUBLIC = "https://bot.example.org"
FROM_TELEGRAM = {"X-Forwarded-For": "149.154.167.220"}


class Posted:
    """A bot's end of a webhook: what came, and who was refused."""

    def __init__(self) -> None:
        self.handled: list[int] = []
        self.refused: list[tuple[str, str]] = []
        self._changed = asyncio.Event()

    async def handle(self, update: ReceivedUpdate) -> None:
        self.handled.append(update.update_id)
        self._changed.set()
        self._changed = asyncio.Event()

    async def refuse(self, source: str, reason: str) -> None:
        self.refused.append((source, reason))

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not condition():
                await self._changed.wait()


@asynccontextmanager
async def serving(bot: Bot, inbox: Inbox, posted: Posted, **settings: object) -> AsyncIterator[Webhook]:
    webhook = Webhook(
        WebhookSettings(**{"url": PUBLIC, "port": 0, **settings}),  # type: ignore[arg-type]
        bot,
        UpdateReceiver(inbox.record, lambda: None, lambda error: None),
        ["message"],
        refused=posted.refuse,
    )
    await webhook.start()
    try:
        yield webhook
    finally:
        await webhook.stop()


class Caller:
    """Somebody who posts to the webhook, by default as Telegram does through a proxy."""

    def __init__(self, api: FakeBotApi, webhook: Webhook, session: aiohttp.ClientSession) -> None:
        told = api.requests_of("setWebhook")[-1].parameters
        self.secret = told["secret_token"]
        self.url = told["url"].replace(PUBLIC, f"http://127.0.0.1:{webhook.port}")
        self.session = session

    async def post(
        self, body: object, headers: dict[str, str] | None = None, *, url: str = "", secret: str | None = None
    ) -> int:
        sent = FROM_TELEGRAM if headers is None else headers
        sent = sent | {SECRET_HEADER: self.secret if secret is None else secret}
        data = io.BytesIO(body if isinstance(body, bytes) else json.dumps(body).encode())
        async with self.session.post(url or self.url, data=data, headers=sent) as answer:
            text = await answer.text()
            assert text in ("", f"{answer.status}: {answer.reason}"), text
            return answer.status


def update(number: int, chat: int = 7) -> dict[str, object]:
    return {"update_id": number, "message": {"message_id": 1, "date": 0, "chat": {"id": chat, "type": "private"}}}


def certificate_in(folder: Path) -> tuple[Path, Path]:
    """A self-signed certificate for the loopback, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = folder / "bot.pem", folder / "bot.key"
    certificate_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate_file, key_file
