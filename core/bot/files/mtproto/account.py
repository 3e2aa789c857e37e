"""The bot as one registered application sees it: its login, its lines to the data centres, its pauses."""

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

from telethon.tl.functions.auth import ExportAuthorizationRequest, ImportAuthorizationRequest
from telethon.tl.functions.help import GetConfigRequest

from core.bot.files.mtproto.connection import DataCentre, Line
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
        first: DataCentre,
        answer_s: float,
        clock: Callable[[], float],
    ) -> None:
        self.credentials = credentials
        self.is_refused = False
        """Set by whoever has learnt that Telegram doesn't know the application."""
        self._token = token
        self._keeper = keeper
        self._first = first
        self._answer_s = answer_s
        self._clock = clock
        self._rests_until = 0.0
        self._lines: dict[int, Line] = {}
        self._addresses: dict[int, DataCentre] = {}
        self._connecting = asyncio.Lock()

    @property
    def rest_s(self) -> float:
        """For how many seconds Telegram wants to be left in peace."""
        return max(0.0, self._rests_until - self._clock())

    def rest(self, seconds: float) -> None:
        """Telegram has named a pause."""
        self._rests_until = max(self._rests_until, self._clock() + seconds)

    async def line(self, data_centre: int) -> Line:
        """A line to this data centre, as the bot. Raises `FAILURES`."""
        async with self._connecting:
            home = await self._home()
            if data_centre in (HOME, home.number):
                return home
            try:
                return await self._line_abroad(data_centre, home)
            except LOGGED_OUT:  # At home, which can't write letters any more.
                await self._forget()
                raise

    async def log_in_anew(self, broken: Line) -> None:
        """Forget the session of this line: Telegram has. A line that has been replaced already is left alone."""
        async with self._connecting:
            if broken in self._lines.values():
                await self._forget()

    async def close(self) -> None:
        """Hang up. Keys are kept for the next line."""
        async with self._connecting:
            await self._hang_up()

    async def _forget(self) -> None:
        await self._hang_up()
        self._lines.clear()
        await self._save("")

    async def _hang_up(self) -> None:
        for line in self._lines.values():
            await line.close()

    async def _home(self) -> Line:
        line = self._lines.get(HOME)
        if line is not None and line.is_connected:
            return line
        if line is None:
            line = self._new_line(self._first, await self._load())
        try:
            is_logged_in = await line.connect()
        except LOGGED_OUT:
            line = self._new_line(self._first, "")
            is_logged_in = await line.connect()
        if not is_logged_in:
            try:
                await line.log_in(self._token)
            except BaseException:
                await line.close()
                raise
            await self._save(line.session)
        self._lines[HOME] = line
        return line

    async def _line_abroad(self, number: int, home: Line) -> Line:
        """The bot isn't known there: home writes a letter for it (https://core.telegram.org/api/datacenter)."""
        line = self._lines.get(number)
        if line is not None and line.is_connected:
            return line
        if line is None:
            line = self._new_line(await self._address(number, home), "")
        try:
            if not await line.connect():
                letter = await home.call(ExportAuthorizationRequest(number))
                await line.call(ImportAuthorizationRequest(letter.id, letter.bytes))
        except BaseException:
            self._lines.pop(number, None)
            await line.close()
            raise
        self._lines[number] = line
        return line

    async def _address(self, number: int, home: Line) -> DataCentre:
        if number not in self._addresses:
            told = await home.call(GetConfigRequest())
            usable = (option for option in told.dc_options if not (option.ipv6 or option.cdn or option.tcpo_only))
            for option in usable:
                self._addresses.setdefault(option.id, DataCentre(option.id, option.ip_address, option.port))
        try:
            return self._addresses[number]
        except KeyError as error:
            raise ConnectionError("no address") from error

    def _new_line(self, data_centre: DataCentre, session: str) -> Line:
        return Line(self.credentials, data_centre, session, self._answer_s)

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
