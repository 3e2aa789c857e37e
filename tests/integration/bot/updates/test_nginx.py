"""The webhook behind a real nginx, with the configuration that comes with Notula."""

import asyncio
import shutil
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aiogram import Bot

from core.bot.updates.inbox import Inbox
from tests.conftest import REPOSITORY
from tests.fakes.bot_api import FakeBotApi
from tests.integration.bot.updates.posting import PUBLIC, Caller, Posted, certificate_in, serving, update
from tests.patience import PATIENCE_S

TELEGRAM, STRANGER = "127.0.0.5", "127.0.0.6"
"""Other addresses of this computer, as whoever calls from there."""

pytestmark = pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx isn't installed")


def configuration(folder: Path, port: int, webhook_port: int) -> Path:
    """Ours, with this test's certificate and ports, in what nginx needs around it."""
    certificate, key = certificate_in(folder)
    ours = (REPOSITORY / "packaging" / "nginx" / "notula.conf").read_text()
    for shipped, own in (
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("/etc/letsencrypt/live/bot.example.org/fullchain.pem", str(certificate)),
        ("/etc/letsencrypt/live/bot.example.org/privkey.pem", str(key)),
        ("http://127.0.0.1:8443", f"http://127.0.0.1:{webhook_port}"),
    ):
        assert shipped in ours
        ours = ours.replace(shipped, own)
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    around = f"daemon off; master_process off; pid {folder}/nginx.pid; events {{}} http {{ {temporary}\n{ours}\n}}"
    file = folder / "nginx.conf"
    file.write_text(around)
    return file


@asynccontextmanager
async def nginx(folder: Path, port: int, webhook_port: int) -> AsyncIterator[None]:
    process = await asyncio.create_subprocess_exec(
        *("nginx", "-p", str(folder), "-e", str(folder / "error.log")),
        *("-c", str(configuration(folder, port, webhook_port))),
    )
    try:
        await _listening(process, port)
        yield
    finally:
        process.terminate()
        await process.wait()


async def _listening(process: asyncio.subprocess.Process, port: int) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while process.returncode is None:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except ConnectionRefusedError:
                await asyncio.sleep(0.01)  # Nothing tells when another program listens.
            else:
                writer.close()
                await writer.wait_closed()
                return
    raise AssertionError("nginx has ended")


@asynccontextmanager
async def calling_from(address: str, folder: Path) -> AsyncIterator[aiohttp.ClientSession]:
    trusted = ssl.create_default_context(cafile=folder / "bot.pem")
    connector = aiohttp.TCPConnector(local_addr=(address, 0), ssl=trusted)
    async with aiohttp.ClientSession(connector=connector) as session:
        yield session


async def test_behind_nginx_only_telegram_gets_in(
    api: FakeBotApi, bot: Bot, inbox: Inbox, posted: Posted, tmp_path: Path, unused_tcp_port: int
) -> None:
    async with (
        serving(bot, inbox, posted, networks=(TELEGRAM,), proxies=("127.0.0.1",)) as webhook,
        nginx(tmp_path, unused_tcp_port, webhook.port),
    ):
        path = api.requests_of("setWebhook")[-1].parameters["url"].removeprefix(PUBLIC)
        url = f"https://127.0.0.1:{unused_tcp_port}{path}"
        async with calling_from(TELEGRAM, tmp_path) as session:
            caller = Caller(api, webhook, session)
            assert await caller.post(update(1), {}, url=url) == 200
            assert await caller.post(update(2), {"X-Forwarded-For": STRANGER}, url=url) == 200
            assert await caller.post(update(3), {}, url=url, secret="guessed") == 401
            await posted.until(lambda: posted.handled == [1, 2])
        async with calling_from(STRANGER, tmp_path) as session:
            caller = Caller(api, webhook, session)
            assert await caller.post(update(4), {"X-Forwarded-For": TELEGRAM}, url=url) == 403
            async with session.get(f"https://127.0.0.1:{unused_tcp_port}/healthz") as answer:
                assert (answer.status, await answer.text()) == (200, "ok")
        assert posted.handled == [1, 2]
        assert posted.refused == [(TELEGRAM, "secret"), (STRANGER, "address")]
