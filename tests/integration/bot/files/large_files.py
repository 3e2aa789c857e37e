"""Data centres on the loopback, and downloads from them through a real client."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from telethon import TelegramClient

from core.bot.files.attachments import TelegramFile
from core.bot.files.mtproto.connection import DataCentre as Address
from core.bot.files.mtproto.downloads import MtprotoDownloads, MtprotoOptions
from core.domain.errors import KeyringLocked
from core.media import MediaSource
from core.secrets.api_credentials import ApiCredentials
from tests.fakes.data_centre import DataCentre, data_centres
from tests.fakes.data_centre_world import KeptFile, World

BOT_ID = 4711
TOKEN = f"{BOT_ID}:AAF-planted_token_of_the_data_centre_3f2a"
FIRST_APPLICATION, SECOND = ApiCredentials(12345, "0123456789abcdef" * 2), ApiCredentials(67890, "fedcba9876543210" * 2)
TWO_GB = 2_000_000_123
MB = 1024 * 1024


@dataclass
class Kept:
    """Sessions in memory."""

    sessions: dict[str, str] = field(default_factory=dict)
    is_locked: bool = False

    async def load(self, name: str) -> str:
        if self.is_locked:
            raise KeyringLocked(variable="X")
        return self.sessions.get(name, "")

    async def save(self, name: str, session: str) -> None:
        if self.is_locked:
            raise KeyringLocked(variable="X")
        self.sessions[name] = session


@dataclass
class Telegram:
    """All of it, and downloads from it."""

    world: World
    centres: list[DataCentre]
    downloads: MtprotoDownloads
    kept: Kept
    pauses: list[float]

    async def open(
        self, file: KeptFile, *, is_named: bool = True, chat_id: int = 7, size_bytes: int | None = None
    ) -> MediaSource:
        """A file of a message; `is_named` tells whether its file_id says where it is."""
        self.world.send(file, chat_id, 8)
        size = file.content.size_bytes if size_bytes is None else size_bytes
        file_id = file.file_id if is_named else "AwADBAADbQADwkopSh"
        return await self.downloads.open(TelegramFile(BOT_ID, chat_id, 8, file_id, "u1", size), "talk.mp3")


@asynccontextmanager
async def telegram(
    monkeypatch: pytest.MonkeyPatch,
    *numbers: int,
    home: int = 2,
    credentials: tuple[ApiCredentials, ...] = (FIRST_APPLICATION,),
    kept: Kept | None = None,
    token: str = TOKEN,
    shown_token: str = "",
    response_timeout_s: float = 10,
) -> AsyncIterator[Telegram]:
    monkeypatch.setattr(TelegramClient, "_config", None)
    world = World(
        int(token.partition(":")[0]), token, {one.api_id: one.api_hash for one in (FIRST_APPLICATION, SECOND)}, home
    )
    kept = kept or Kept()
    pauses: list[float] = []
    now_s = 0.0

    async def pause(seconds: float) -> None:
        nonlocal now_s
        now_s += seconds
        pauses.append(seconds)
        await asyncio.sleep(0)

    async with data_centres(world, *(numbers or (2,))) as centres:
        downloads = MtprotoDownloads(
            shown_token or token,
            credentials,
            kept,
            MtprotoOptions(
                first_data_centre=Address(centres[0].number, *world.addresses[centres[0].number]),
                response_timeout_s=response_timeout_s,
                clock=lambda: now_s,
                pause=pause,
            ),
        )
        try:
            yield Telegram(world, centres, downloads, kept, pauses)
        finally:
            await downloads.close()
