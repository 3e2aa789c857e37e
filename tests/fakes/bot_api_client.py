"""The bot's client, which is aiogram's, talking to the fake Bot API."""

from aiogram import Bot
from aiogram.client.telegram import TelegramAPIServer

from core.bot.api.session import TelegramSession
from tests.fakes.bot_api import FakeBotApi


class QuickSession(TelegramSession):
    """One that closes at once: aiogram's waits for a quarter of a second, for the sake of TLS."""

    async def close(self) -> None:
        if self._session is not None and not self._session.closed:
            await self._session.close()


def bot_of(api: FakeBotApi, token: str | None = None) -> Bot:
    """A bot, to be closed by its session or by `async with`."""
    return Bot(token or api.token, QuickSession(api=TelegramAPIServer.from_base(api.url)))
