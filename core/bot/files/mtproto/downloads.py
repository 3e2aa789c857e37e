"""Files of more than 20 MB, over MTProto.

https://core.telegram.org/api/files#downloading-files
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from core.bot.files.attachments import TelegramFile
from core.bot.files.mtproto.account import Account, SessionKeeper
from core.bot.files.mtproto.concurrency_window import ConcurrencyWindow
from core.bot.files.mtproto.connection import FIRST_DATA_CENTRE, Connection, DataCentre
from core.bot.files.mtproto.errors import APPLICATION_REFUSED, FLOOD_WAIT, LOGGED_OUT, TOKEN_REFUSED, token_refused
from core.bot.files.mtproto.source import MtprotoSource
from core.domain.errors import SourceInterrupted, TelegramApplicationRefused
from core.media import MediaSource
from core.secrets.api_credentials import ApiCredentials

logger = logging.getLogger(__name__)

_MAX_PAUSE_S = 60.0
"""A longer flood wait is raised, so that the queue does other jobs meanwhile."""

_MAX_CONCURRENT_REQUESTS = 24
"""Until the first flood wait: with parts of 512 KiB and a latency of 50 ms, enough for 250 MB/s."""

_RESPONSE_TIMEOUT_S = 30.0


@dataclass(frozen=True, slots=True)
class MtprotoOptions:
    """Logins begin at `first_data_centre`. `clock` gives seconds that never go back, `pause` waits for so many."""

    first_data_centre: DataCentre = FIRST_DATA_CENTRE
    max_concurrent_requests: int = _MAX_CONCURRENT_REQUESTS
    response_timeout_s: float = _RESPONSE_TIMEOUT_S
    clock: Callable[[], float] = time.monotonic
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep


class MtprotoDownloads:
    """Opens files that were sent to the bot, of any size. Belongs to one event loop.

    With several applications, requests go through another one while a flood wait of one is in force. Connections are
    kept only while a file is open. Every flood wait halves the limit of concurrent requests until all files are closed.
    """

    def __init__(
        self,
        token: str,
        applications: Sequence[ApiCredentials],
        keeper: SessionKeeper,
        options: MtprotoOptions = MtprotoOptions(),
    ) -> None:
        """`applications` may not be empty."""
        self._token = token
        self._accounts = [
            Account(
                token,
                credentials,
                keeper,
                first_data_centre=options.first_data_centre,
                response_timeout_s=options.response_timeout_s,
                clock=options.clock,
            )
            for credentials in applications
        ]
        self._window = ConcurrencyWindow(options.max_concurrent_requests)
        self._pause = options.pause
        self._open_sources = 0

    async def open(self, file: TelegramFile, name: str) -> MediaSource:
        """A file that was sent to the bot. No request is sent before it is read, unless its size isn't known.

        Raises `SourceError` and its children, and `BotError`.
        """
        source = MtprotoSource(self, file, name, pause=self._pause)
        self._open_sources += 1
        if not file.size_bytes:
            try:
                await source.learn_size()
            except BaseException:
                await self.release()
                raise
        return source

    async def send_request(self, request: Any, data_centre: int, name: str) -> Any:
        """Send a request for the file called `name` once no flood wait is in force, and return the response.

        Raises those of `REQUEST_ERRORS` that aren't handled here, `SourceInterrupted`, and `BotError` where Telegram
        refuses the login.
        """
        async with self._window:
            while True:
                account = await self._available_account(name)
                connection: Connection | None = None
                try:
                    connection = await account.connection(data_centre)
                    return await connection.call(request)
                except FLOOD_WAIT as error:
                    logger.info("Flood wait of %d seconds", error.seconds)
                    if not account.pause_s:  # Else it is the same flood wait, of a concurrent request.
                        self._window.halve()
                    account.pause_for(max(1.0, error.seconds))
                except APPLICATION_REFUSED as error:
                    self._refuse(account, error)
                except TOKEN_REFUSED as error:
                    raise token_refused(self._token) from error
                except LOGGED_OUT as error:
                    if connection is not None:
                        await account.reset_login(connection)
                    raise SourceInterrupted(name=name) from error

    async def release(self) -> None:
        """Note that a source is closed; after the last one the connections are closed."""
        self._open_sources -= 1
        if not self._open_sources:
            self._window.reset()
            await self.close()

    async def close(self) -> None:
        """Close all connections."""
        for account in self._accounts:
            await account.close()

    async def _available_account(self, name: str) -> Account:
        """The account with the shortest flood wait, after that. Raises `SourceInterrupted` where it is too long."""
        accepted = [account for account in self._accounts if not account.is_refused]
        account = min(accepted or self._accounts, key=lambda account: account.pause_s)
        pause_s = account.pause_s
        if pause_s > _MAX_PAUSE_S:
            raise SourceInterrupted(name=name, retry_after_s=pause_s)
        if pause_s:
            await self._pause(pause_s)
        return account

    def _refuse(self, account: Account, error: Exception) -> None:
        """Use other applications from now on. Raises `TelegramApplicationRefused` where there is none."""
        account.is_refused = True
        logger.warning("Telegram refuses an application: %s", type(error).__name__)
        if all(other.is_refused for other in self._accounts):
            raise TelegramApplicationRefused(api_id=str(account.credentials.api_id)) from error
