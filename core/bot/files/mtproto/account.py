"""The bot's login through one registered application: connections to data centres, flood waits."""

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

from telethon.tl.functions.auth import ExportAuthorizationRequest, ImportAuthorizationRequest
from telethon.tl.functions.help import GetConfigRequest

from core.bot.files.mtproto.connection import Connection, DataCentre
from core.bot.files.mtproto.errors import LOGGED_OUT
from core.domain.errors import KeysError
from core.secrets.api_credentials import ApiCredentials

logger = logging.getLogger(__name__)

HOME = 0
"""Stands for the bot's own data centre."""


class SessionKeeper(Protocol):
    """Keeps sessions between processes. A session is a secret that gives the same access as the bot's token."""

    async def load(self, name: str) -> str:
        """What was saved under this name, empty where nothing was. Raises `KeysError`."""

    async def save(self, name: str, session: str) -> None:
        """Keep a session; an empty one takes the place of what was kept. Raises `KeysError`."""


class Account:
    """One bot through one application. Belongs to one event loop. `clock` gives seconds that never go back."""

    def __init__(
        self,
        token: str,
        credentials: ApiCredentials,
        keeper: SessionKeeper,
        *,
        first_data_centre: DataCentre,
        response_timeout_s: float,
        clock: Callable[[], float],
    ) -> None:
        self.credentials = credentials
        self.is_refused = False
        """Set by `MtprotoDownloads` once Telegram has refused the application."""
        self._token = token
        self._keeper = keeper
        self._first_data_centre = first_data_centre
        self._response_timeout_s = response_timeout_s
        self._clock = clock
        self._paused_until = 0.0
        self._connections: dict[int, Connection] = {}
        self._addresses: dict[int, DataCentre] = {}
        self._connecting = asyncio.Lock()

    @property
    def pause_s(self) -> float:
        """How many seconds of a flood wait are left."""
        return max(0.0, self._paused_until - self._clock())

    def pause_for(self, seconds: float) -> None:
        """Obey a flood wait of so many seconds."""
        self._paused_until = max(self._paused_until, self._clock() + seconds)

    async def connection(self, data_centre: int) -> Connection:
        """A logged-in connection to this data centre. Raises `REQUEST_ERRORS`."""
        async with self._connecting:
            home = await self._home_connection()
            if data_centre in (HOME, home.number):
                return home
            try:
                return await self._foreign_connection(data_centre, home)
            except LOGGED_OUT:  # The home session is invalid, so it can't export authorizations.
                await self._drop_session()
                raise

    async def reset_login(self, invalid: Connection) -> None:
        """Delete the session of this connection, which Telegram has ended. A replaced connection is ignored."""
        async with self._connecting:
            if invalid in self._connections.values():
                await self._drop_session()

    async def close(self) -> None:
        """Close all connections. The sessions are kept for the next ones."""
        async with self._connecting:
            await self._disconnect()

    async def _drop_session(self) -> None:
        await self._disconnect()
        self._connections.clear()
        await self._save("")

    async def _disconnect(self) -> None:
        for connection in self._connections.values():
            await connection.close()

    async def _home_connection(self) -> Connection:
        connection = self._connections.get(HOME)
        if connection is not None and connection.is_connected:
            return connection
        if connection is None:
            connection = self._new_connection(self._first_data_centre, await self._load())
        try:
            is_logged_in = await connection.connect()
        except LOGGED_OUT:
            connection = self._new_connection(self._first_data_centre, "")
            is_logged_in = await connection.connect()
        if not is_logged_in:
            try:
                await connection.log_in(self._token)
            except BaseException:
                await connection.close()
                raise
            await self._save(connection.session)
        self._connections[HOME] = connection
        return connection

    async def _foreign_connection(self, number: int, home: Connection) -> Connection:
        """A connection to another data centre, with an authorization that the home one exports (https://core.telegram.org/api/datacenter)."""
        connection = self._connections.get(number)
        if connection is not None and connection.is_connected:
            return connection
        if connection is None:
            connection = self._new_connection(await self._address(number, home), "")
        try:
            if not await connection.connect():
                authorization = await home.call(ExportAuthorizationRequest(number))
                await connection.call(ImportAuthorizationRequest(authorization.id, authorization.bytes))
        except BaseException:
            self._connections.pop(number, None)
            await connection.close()
            raise
        self._connections[number] = connection
        return connection

    async def _address(self, number: int, home: Connection) -> DataCentre:
        if number not in self._addresses:
            config = await home.call(GetConfigRequest())
            usable = (option for option in config.dc_options if not (option.ipv6 or option.cdn or option.tcpo_only))
            for option in usable:
                self._addresses.setdefault(option.id, DataCentre(option.id, option.ip_address, option.port))
        try:
            return self._addresses[number]
        except KeyError as error:
            raise ConnectionError("no address of the data centre") from error

    def _new_connection(self, data_centre: DataCentre, session: str) -> Connection:
        return Connection(self.credentials, data_centre, session, self._response_timeout_s)

    @property
    def _name(self) -> str:
        """The name of the kept session."""
        return f"{self._token.partition(':')[0]}-{self.credentials.api_id}"

    async def _load(self) -> str:
        try:
            return await self._keeper.load(self._name)
        except KeysError as error:
            logger.info("The session can't be loaded: %s", type(error).__name__)
            return ""

    async def _save(self, session: str) -> None:
        try:
            await self._keeper.save(self._name, session)
        except KeysError as error:  # The next process logs in again.
            logger.info("The session can't be saved: %s", type(error).__name__)
