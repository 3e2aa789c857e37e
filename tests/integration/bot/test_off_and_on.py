"""The bot is switched off and on, and connected another way, while people have sent something."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from core.app.notula import Notula
from core.domain import JobState
from core.domain.bot import BotCondition
from core.domain.errors import BotError
from core.i18n import Translator
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_api_people import Person
from tests.integration.bot.talk import BOTH_WAYS, Start, by_webhook, is_answer
from tests.patience import PATIENCE_S

pytestmark = BOTH_WAYS


async def until_bot(notula: Notula, condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not condition():
            await notula.bot.wait_for_change()


async def until_jobs(notula: Notula, condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not condition():
            notula.snapshot()
            await notula.wait_for_change()


def states(notula: Notula) -> list[JobState]:
    return [job.state for job in notula.snapshot().jobs]


async def test_what_waits_in_telegram_goes_on_when_the_bot_is_back(
    api: FakeBotApi, start: Start, charles: Person, beckett: Path
) -> None:
    async with start(workers=1, bot_enabled=True) as notula:
        hang = api.hang("getFile")
        for number in range(3):
            charles.send_voice(beckett.read_bytes() + bytes([number]), 9)
        await hang.reached.wait()
        await until_jobs(notula, lambda: len(states(notula)) == 3)
        await notula.settings_service.change(bot_enabled=False)
        await notula.bot.stop()
        hang.release()
        assert notula.bot.state.condition is BotCondition.OFF
        await until_jobs(notula, lambda: states(notula) == [JobState.RETRYING] * 3)
        await notula.settings_service.change(bot_enabled=True)
        await charles.wait_for(lambda _: sum(map(is_answer, charles.chat.bot_messages)) == 3)
        assert states(notula) == [JobState.DONE] * 3


async def test_another_way_for_updates_is_taken_at_once_and_loses_nothing(
    api: FakeBotApi, start: Start, charles: Person, beckett: Path
) -> None:
    webhook = by_webhook(api)
    async with start(bot_enabled=True, bot_transport="polling") as notula:
        for number, settings in enumerate(({"bot_transport": "polling"}, webhook, {"bot_transport": "polling"})):
            voice = charles.send_voice(beckett.read_bytes(), 9, unique_id=f"v{number}")
            await notula.settings_service.change(**settings)
            answer = await charles.wait_for(
                lambda message, voice=voice: message.reply_to == voice.id and is_answer(message)
            )
            assert notula.bot.state.transport == settings["bot_transport"]
            assert is_answer(answer)


@pytest.mark.parametrize("listen", ["127.0.0.1:0x50", "127.0.0.1:99999", f"{'a' * 300}:8443"])
async def test_an_address_that_is_none_is_refused(start: Start, listen: str) -> None:
    async with start() as notula:
        with pytest.raises(ValueError, match="webhook_listen"):
            notula.settings.changed(webhook_listen=listen)


@pytest.mark.parametrize("host", ["a" * 64, "..", "203.0.113.1"])
async def test_a_webhook_that_can_not_listen_is_told_and_can_be_mended(
    api: FakeBotApi, start: Start, charles: Person, host: str, tr: Translator
) -> None:
    async with start(bot_enabled=True) as notula:
        wrong = {**by_webhook(api), "webhook_listen": f"{host}:8443"}
        await notula.settings_service.change(**wrong)
        await until_bot(notula, lambda: notula.bot.state.condition is BotCondition.FAILED)
        assert notula.bot.state.problem is not None
        await notula.settings_service.change(bot_transport="polling")
        await until_bot(notula, lambda: notula.bot.state.condition is BotCondition.RUNNING)
        charles.send_text("/privacy")
        await charles.wait_for(lambda message: "/delete" in message.text)


async def test_what_nobody_foresaw_is_told_and_the_bot_can_be_started_again(
    start: Start, charles: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object) -> None:
        raise ZeroDivisionError

    async with start(bot_enabled=True) as notula:
        with monkeypatch.context() as patched:
            patched.setattr("core.store.sqlite.bot_people.SqliteBotPeople.load", fails)
            await notula.bot.restart()
            await until_bot(notula, lambda: notula.bot.state.condition is BotCondition.FAILED)
            assert notula.bot.state.problem == BotError().message
        notula.bot.start()
        await until_bot(notula, lambda: notula.bot.state.condition is BotCondition.RUNNING)
        charles.send_text("/privacy")
        await charles.wait_for(lambda message: "/delete" in message.text)


async def test_polling_that_fails_in_a_way_nobody_foresaw_is_told_and_goes_on(
    api: FakeBotApi, start: Start, charles: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    failing = asyncio.Event()

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        monkeypatch.undo()
        failing.set()

    def fails(*_: object) -> None:
        raise ZeroDivisionError

    async with start(bot_transport="polling") as notula:
        monkeypatch.setattr("core.bot.updates.polling.received_update", fails)
        assert notula.bot._bot is not None
        waited: Callable[[float], Awaitable[None]] = pause
        transport = notula.bot._bot._transport
        transport._timing = replace(transport._timing, pause=waited)
        charles.send_text("/privacy")
        await failing.wait()
        assert pauses == [30.0]
        await charles.wait_for(lambda message: "/delete" in message.text)
    assert api.complaints.pop().endswith("didn't confirm it")
