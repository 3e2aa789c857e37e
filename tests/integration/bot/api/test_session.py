"""Closing the connections to the Bot API."""

import asyncio

import pytest
from aiogram import Bot
from aiogram.client.telegram import TelegramAPIServer

from core.bot.api.session import TelegramSession


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that are asked for, none of which is made."""
    asked: list[float] = []
    sleep = asyncio.sleep

    async def note(delay: float, result: object = None) -> object:
        asked.append(delay)
        return await sleep(0, result)

    monkeypatch.setattr(asyncio, "sleep", note)
    return asked


async def test_where_there_is_no_tls_nothing_waits_for_its_end(bot: Bot, pauses: list[float]) -> None:
    assert isinstance(bot.session, TelegramSession)
    await bot.get_me()
    opened = await bot.session.create_session()
    await bot.session.close()
    assert opened.closed
    assert 0.25 not in pauses


async def test_connections_with_tls_are_given_the_time_to_end(pauses: list[float]) -> None:
    session = TelegramSession(api=TelegramAPIServer.from_base("https://bot.example.org"))
    opened = await session.create_session()
    await session.close()
    assert opened.closed
    assert 0.25 in pauses
