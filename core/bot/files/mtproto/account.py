"""The bot as one registered application sees it: its login, its lines to the data centres, its pauses."""

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
"""Stands for the data centre that the bot belongs to, whichever that is."""


class SessionKeeper(Protocol):
    """Keeps sessions from one run to the next. They are secrets, as good as the bot's token."""

    async def load(self, name: str) -> str:
        """What was saved under this name, empty where nothing was. Raises `KeysError`."""

    async def save(self, name: str, session: str) -> None:
        """Keep a session; an empty one takes the place of what was kept. Raises `KeysError`."""


class Account:
    """One bot through one application. Belongs to one event loop. `clock` gives seconds of any kind."""

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
        """Set by whoever has learnt that Telegram doesn't know the application."""
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
        """For how many seconds Telegram wants to be left in peace."""
        return max(0.0, self._paused_until - self._clock())

    def pause_for(self, seconds: float) -> None:
        """Telegram has named a pause."""
        self._paused_until = max(self._paused_until, self._clock() + seconds)

    async def connection(self, data_centre: int) -> Connection:
        """A line to this data centre, as the bot. Raises `REQUEST_ERRORS`."""
        async with self._connecting:
            home = await self._home_connection()
            if data_centre in (HOME, home.number):
                return home
            try:
                return await self._foreign_connection(data_centre, home)
            except LOGGED_OUT:  # At home, which can't write letters any more.
                await self._drop_session()
                raise

    async def reset_login(self, broken: Connection) -> None:
        """Forget the session of this line: Telegram has. A line that has been replaced already is left alone."""
        async with self._connecting:
            if broken in self._connections.values():
                await self._drop_session()

    async def close(self) -> None:
        """Hang up. Keys are kept for the next line."""
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
        """The bot isn't known there: home writes a letter for it (https://core.telegram.org/api/datacenter)."""
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
            told = await home.call(GetConfigRequest())
            usable = (option for option in told.dc_options if not (option.ipv6 or option.cdn or option.tcpo_only))
            for option in usable:
                self._addresses.setdefault(option.id, DataCentre(option.id, option.ip_address, option.port))
        try:
            return self._addresses[number]
        except KeyError as error:
            raise ConnectionError("no address") from error

    def _new_connection(self, data_centre: DataCentre, session: str) -> Connection:
        return Connection(self.credentials, data_centre, session, self._response_timeout_s)

    @property
    def _name(self) -> str:
        """What the session is kept under."""
        return f"{self._token.partition(':')[0]}-{self.credentials.api_id}"

    async def _load(self) -> str:
        try:
            return await self._keeper.load(self._name)
        except KeysError as error:
            logger.info("The session isn't there: %s", type(error).__name__)
            return ""

    async def _save(self, session: str) -> None:
        try:
            await self._keeper.save(self._name, session)
        except KeysError as error:  # Then the next run logs in again.
            logger.info("The session can't be kept: %s", type(error).__name__)
