"""Files of more than 20 MB, through MTProto, which is set up when the first of them is opened."""

import asyncio
import importlib
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from core.bot.files.attachments import TelegramFile
from core.domain.errors import KeyringMissing, KeyringUnsafe, TelegramFileTooLarge
from core.media import MediaSource
from core.secrets.api_credentials import api_credentials

if TYPE_CHECKING:
    from core.bot.files.mtproto.account import SessionKeeper
    from core.bot.files.mtproto.downloads import MtprotoDownloads


class OnDemandLargeFiles:
    """Opens files with the current API credentials. Belongs to one event loop.

    `pairs` gives the credentials as text (see `api_credentials`), none where the owner has added none. `max_megabytes`
    is the limit without them, for the error.
    """

    def __init__(
        self,
        token: str,
        pairs: Callable[[], Awaitable[tuple[str, ...]]],
        sessions: "SessionKeeper",
        *,
        max_megabytes: int,
    ) -> None:
        self._token = token
        self._pairs = pairs
        self._sessions = sessions
        self._max_megabytes = max_megabytes
        self._setup_lock = asyncio.Lock()
        self._used: tuple[str, ...] = ()
        self._downloads: MtprotoDownloads | None = None
        self._earlier: list[MtprotoDownloads] = []

    async def open(self, file: TelegramFile, name: str) -> MediaSource:
        """A file that was sent to the bot.

        Raises `TelegramFileTooLarge` where nothing is set up, `SourceError` and its children, `BotError`, `KeysError`.
        """
        downloads = await self._set_up()
        if downloads is None:
            raise TelegramFileTooLarge(name=name, megabytes=self._max_megabytes)
        return await downloads.open(file, name)

    async def close(self) -> None:
        """Close all connections."""
        for downloads in (*self._earlier, self._downloads):
            if downloads is not None:
                await downloads.close()

    async def _set_up(self) -> "MtprotoDownloads | None":
        async with self._setup_lock:
            try:
                pairs = await self._pairs()
            except (KeyringMissing, KeyringUnsafe):  # Without a keyring there are no credentials.
                return None
            if not pairs:
                return None
            if self._downloads is None or pairs != self._used:
                applications = api_credentials(pairs)
                # Takes a second to import, and is rarely needed.
                module = await asyncio.to_thread(importlib.import_module, "core.bot.files.mtproto.downloads")
                if self._downloads is not None:
                    self._earlier.append(self._downloads)  # Their open files are still read.
                self._downloads = module.MtprotoDownloads(self._token, applications, self._sessions)
                self._used = pairs
            return self._downloads
