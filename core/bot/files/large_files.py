"""The way to files of more than 20 MB, set up when the first of them is sent."""

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
    """Opens files with the credentials that there are at that moment. Belongs to one event loop.

    `pairs` gives them as text (see `api_credentials`), none where the owner has set up nothing. `most_megabytes` is
    what can be had without.
    """

    def __init__(
        self,
        token: str,
        pairs: Callable[[], Awaitable[tuple[str, ...]]],
        sessions: "SessionKeeper",
        *,
        most_megabytes: int,
    ) -> None:
        self._token = token
        self._pairs = pairs
        self._sessions = sessions
        self._most_megabytes = most_megabytes
        self._setting_up = asyncio.Lock()
        self._used: tuple[str, ...] = ()
        self._downloads: MtprotoDownloads | None = None
        self._earlier: list[MtprotoDownloads] = []

    async def open(self, file: TelegramFile, name: str) -> MediaSource:
        """A file that was sent to the bot.

        Raises `TelegramFileTooLarge` where nothing is set up, `SourceError` and its children, `BotError`, `KeysError`.
        """
        downloads = await self._set_up()
        if downloads is None:
            raise TelegramFileTooLarge(name=name, megabytes=self._most_megabytes)
        return await downloads.open(file, name)

    async def close(self) -> None:
        """Hang up."""
        for downloads in (*self._earlier, self._downloads):
            if downloads is not None:
                await downloads.close()

    async def _set_up(self) -> "MtprotoDownloads | None":
        async with self._setting_up:
            try:
                pairs = await self._pairs()
            except (KeyringMissing, KeyringUnsafe):  # Nor can there be any, then.
                return None
            if not pairs:
                return None
            if self._downloads is None or pairs != self._used:
                applications = api_credentials(pairs)
                # Takes a second to import, and most people send nothing so large.
                module = await asyncio.to_thread(importlib.import_module, "core.bot.files.mtproto.downloads")
                if self._downloads is not None:
                    self._earlier.append(self._downloads)  # What is read through them is read to its end.
                self._downloads = module.MtprotoDownloads(self._token, applications, self._sessions)
                self._used = pairs
            return self._downloads
