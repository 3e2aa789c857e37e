"""Opens recordings in Telegram: through the Bot API, or those that are too large for it through MTProto."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from aiogram import Bot

from core.bot.files.attachments import TelegramFile
from core.bot.files.bot_api_source import MAX_DOWNLOAD_BYTES, BotApiSource
from core.domain.errors import BotOff, SourceError, TelegramFileTooLarge
from core.media import MediaSource


class LargeFiles(Protocol):
    """Opens files that are too large for the Bot API."""

    async def open(self, file: TelegramFile, name: str) -> MediaSource:
        """A file that was sent to the bot. Raises `SourceError` and its children, and `BotError`."""


class TelegramFileOpener:
    """Opens files that were sent to the bot. Belongs to one event loop.

    `bot` gives the running bot, None where it is off. With `reads_server_files` the Bot API server is on this computer
    and tells paths of its file system. `large_files` opens files of more than `MAX_DOWNLOAD_BYTES`; None where
    nothing is set up for them.
    """

    def __init__(
        self,
        bot: Callable[[], Bot | None],
        *,
        reads_server_files: Callable[[], bool] = lambda: False,
        large_files: Callable[[], LargeFiles | None] = lambda: None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._bot = bot
        self._reads_server_files = reads_server_files
        self._large_files = large_files
        self._pause = pause

    async def open(self, location: str, name: str) -> MediaSource:
        """A file that was sent to the bot. Raises `SourceError` and its children, and `BotOff`."""
        try:
            file = TelegramFile.at(location)
        except ValueError as error:
            raise SourceError(name=name) from error
        bot = self._bot()
        if bot is None or bot.id != file.bot_id:
            raise BotOff
        is_local = self._reads_server_files()
        if file.size_bytes > MAX_DOWNLOAD_BYTES and not is_local:
            return await self._open_large(file, name)
        source = BotApiSource(bot, file, name, is_local=is_local, pause=self._pause)
        if not file.size_bytes:
            try:
                await source.learn_size()
            except TelegramFileTooLarge:
                return await self._open_large(file, name)
        return source

    async def _open_large(self, file: TelegramFile, name: str) -> MediaSource:
        large_files = self._large_files()
        if large_files is None:
            raise TelegramFileTooLarge(name=name, megabytes=MAX_DOWNLOAD_BYTES // 1024**2)
        return await large_files.open(file, name)
