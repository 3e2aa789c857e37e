"""One connection to one of Telegram's data centres, through Telethon."""

import asyncio
import logging
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from telethon import TelegramClient
from telethon.errors import UserMigrateError
from telethon.sessions.string import StringSession
from telethon.tl.functions.auth import ImportBotAuthorizationRequest

from core.secrets.api_credentials import ApiCredentials

_CONNECT_S = 15
_CONNECTION_ATTEMPTS = 3

logging.getLogger("telethon").setLevel(logging.WARNING)
"""Telethon logs every packet, with private data."""


@dataclass(frozen=True, slots=True)
class DataCentre:
    """Number and address of a data centre."""

    number: int
    address: str
    port: int


FIRST_DATA_CENTRE = DataCentre(2, "149.154.167.51", 443)
"""Where a login begins while the bot's own data centre isn't known: https://core.telegram.org/api/datacenter"""


class Connection:
    """A connection to one data centre. It can be connected again after it was closed or lost.

    `session` is a string that the property `session` gave earlier, empty for a new session. A response that takes
    longer than `response_timeout_s` seconds is given up.
    """

    def __init__(
        self, credentials: ApiCredentials, data_centre: DataCentre, session: str, response_timeout_s: float
    ) -> None:
        self._credentials = credentials
        self._response_timeout_s = response_timeout_s
        self._session = _load_session(session, data_centre)
        self._client = TelegramClient(
            self._session,
            credentials.api_id,
            credentials.api_hash,
            timeout=_CONNECT_S,
            receive_updates=False,
            flood_sleep_threshold=0,  # The caller waits, or uses another application.
            request_retries=0,
            raise_last_call_error=True,
            connection_retries=_CONNECTION_ATTEMPTS,
            base_logger="telethon",
        )

    @property
    def is_connected(self) -> bool:
        """Whether requests can be sent; Telethon reconnects a lost connection for a while."""
        return bool(self._client.is_connected())

    @property
    def number(self) -> int:
        """The number of its data centre."""
        return int(self._session.dc_id)

    @property
    def session(self) -> str:
        """The session with which another `Connection` needs no login. It is a secret, like the token."""
        return str(self._session.save())

    async def connect(self) -> bool:
        """Connect, and tell whether the bot is logged in. Raises `REQUEST_ERRORS`."""
        try:
            await self._with_timeout(self._client.connect())
            return bool(await self._with_timeout(self._client.is_user_authorized()))
        except BaseException:
            await self.close()
            raise

    async def log_in(self, token: str) -> None:
        """Log in as a bot. Afterwards the connection is to the bot's own data centre. Raises `REQUEST_ERRORS`."""
        request = ImportBotAuthorizationRequest(
            flags=0, api_id=self._credentials.api_id, api_hash=self._credentials.api_hash, bot_auth_token=token
        )
        try:
            await self.call(request)
        except UserMigrateError:  # Telethon has connected there, but doesn't repeat the request.
            await self.call(request)

    async def call(self, request: Any) -> Any:
        """Send a request and return the response. Raises `REQUEST_ERRORS`."""
        return await self._with_timeout(self._client(request))

    async def close(self) -> None:
        """Disconnect. The session is kept for `connect`."""
        await self._client.disconnect()

    async def _with_timeout(self, answer: Any) -> Any:
        try:
            async with asyncio.timeout(self._response_timeout_s):
                return await answer
        except TimeoutError:
            await self.close()  # A dead connection may look connected for long.
            raise
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            # Not our task is cancelled: Telethon cancels pending requests when it gives up a connection.
            raise ConnectionResetError from None


def _load_session(kept: str, data_centre: DataCentre) -> StringSession:
    try:
        session = StringSession(kept)
    except (ValueError, struct.error):
        session = StringSession()
    if not session.auth_key:
        set_data_centre: Callable[[int, str, int], None] = session.set_dc
        set_data_centre(data_centre.number, data_centre.address, data_centre.port)
    return session
