"""Polling: only journaled updates are confirmed, and any error is recovered from."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

import pytest
from aiogram import Bot

from core.bot.updates.polling import Polling
from core.bot.updates.update_receiver import UpdateReceiver
from core.domain import NotulaError
from core.domain.bot import ReceivedUpdate
from core.domain.errors import BotConflict, BotTokenRefused, StoreError, TelegramUnreachable
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_api_client import bot_of
from tests.fakes.bot_api_people import Person
from tests.patience import PATIENCE_S


class Journal:
    """Keeps what is recorded; fails as often as it is told to."""

    def __init__(self) -> None:
        self.recorded: list[int] = []
        self.failures = 0
        self.troubles: list[type[NotulaError]] = []
        self.pauses: list[float] = []
        self.contacts = 0
        self._changed = asyncio.Event()

    async def record(self, updates: Sequence[ReceivedUpdate]) -> None:
        if self.failures:
            self.failures -= 1
            raise StoreError
        self.recorded += [update.update_id for update in updates]
        self._tell()

    def heard(self) -> None:
        self.contacts += 1
        self._tell()

    def trouble(self, error: NotulaError) -> None:
        self.troubles.append(type(error))
        self._tell()

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self._tell()
        await asyncio.sleep(0)

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not condition():
                await self._changed.wait()

    def _tell(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


@pytest.fixture
def journal() -> Journal:
    return Journal()


@pytest.fixture
async def polling(bot: Bot, journal: Journal) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(_polling(bot, journal).run())
    yield task
    task.cancel()
    await asyncio.wait([task])


def _polling(bot: Bot, journal: Journal, poll_s: int = 1) -> Polling:
    return Polling(
        bot,
        UpdateReceiver(journal.record, journal.heard, journal.trouble),
        ["message", "callback_query"],
        pause=journal.pause,
        poll_s=poll_s,
    )


@pytest.mark.usefixtures("polling")
async def test_what_was_sent_while_the_bot_was_off_comes_and_what_follows(
    api: FakeBotApi, ada: Person, journal: Journal
) -> None:
    await journal.until(lambda: len(journal.recorded) == 1)
    ada.send_text("hello")
    await journal.until(lambda: len(journal.recorded) == 2)
    await api.until(lambda: not api.updates.queue)
    first, *_ = api.requests_of("getUpdates")
    assert first.parameters["allowed_updates"] == ["message", "callback_query"]
    assert api.complaints == []


@pytest.mark.usefixtures("polling", "ada")
async def test_what_could_not_be_written_down_is_not_acknowledged(api: FakeBotApi, journal: Journal) -> None:
    journal.failures = 2
    await journal.until(lambda: len(journal.recorded) == 1)
    assert journal.troubles == [StoreError, StoreError]
    assert journal.pauses == [1, 2]
    assert len(api.updates.repeated) > 0


@pytest.mark.usefixtures("ada")
async def test_a_webhook_that_was_set_gives_way_and_loses_nothing(api: FakeBotApi, bot: Bot, journal: Journal) -> None:
    await bot.set_webhook("https://bot.example.org/old")
    task = asyncio.create_task(_polling(bot, journal).run())
    await journal.until(lambda: len(journal.recorded) == 1)
    task.cancel()
    await asyncio.wait([task])
    assert api.requests_of("deleteWebhook")[0].parameters.get("drop_pending_updates") in (None, False, "false")


@pytest.mark.usefixtures("polling")
async def test_it_comes_back_after_any_trouble(api: FakeBotApi, ada: Person, journal: Journal) -> None:
    await journal.until(lambda: journal.contacts > 0)
    api.fail_next("getUpdates", 502, "Bad Gateway", times=2)
    api.fail_next("getUpdates", 429, "Too Many Requests: retry after 40", retry_after=40)
    api.fail_next("getUpdates", 409, "Conflict: terminated by other getUpdates request")
    api.reset_connection_next("getUpdates")
    ada.send_text("hello")
    await journal.until(lambda: len(journal.recorded) == 2)
    assert journal.troubles == [TelegramUnreachable] * 3 + [BotConflict, TelegramUnreachable]
    assert journal.pauses == [1, 2, 40, 8, 16]
    before = journal.contacts
    await journal.until(lambda: journal.contacts > before)


async def test_after_trouble_telegram_is_asked_for_an_answer_at_once(
    api: FakeBotApi, bot: Bot, journal: Journal
) -> None:
    """Else what holds requests for 50 s would count as unreachable for as long as nobody writes."""
    api.fail_next("getUpdates", 502, "Bad Gateway")
    task = asyncio.create_task(_polling(bot, journal, poll_s=50).run())
    await journal.until(lambda: journal.contacts == 1)
    task.cancel()
    await asyncio.wait([task])
    waits = [request.parameters.get("timeout") for request in api.requests_of("getUpdates")]
    assert [int(wait or 0) for wait in waits[:2]] == [50, 0]


async def test_a_token_that_is_refused_ends_it(api: FakeBotApi, journal: Journal) -> None:
    async with bot_of(api, "4839574812:AAWrongWrongWrongWrongWrongWrong3f2a") as bot:
        with pytest.raises(BotTokenRefused) as refused:
            await _polling(bot, journal).run()
    assert refused.value.message.values == {"ending": "3f2a"}
    assert "Wrong" not in str(refused.value)


@pytest.mark.usefixtures("polling")
async def test_an_update_of_a_newer_api_holds_up_nobody(api: FakeBotApi, ada: Person, journal: Journal) -> None:
    await journal.until(lambda: len(journal.recorded) == 1)
    api.push({"message": {"message_id": "not a number", "of_a_newer_api": True}})
    ada.send_text("hello")
    await journal.until(lambda: len(journal.recorded) == 3)


@pytest.mark.parametrize("result", [None, True, {}, "yes", [None], ["?"], [{"message": {}}], [{"update_id": True}]])
async def test_an_answer_in_which_nothing_is_an_update_is_waited_out(
    api: FakeBotApi, bot: Bot, ada: Person, journal: Journal, result: object
) -> None:
    api.alter("getUpdates", lambda answer: answer.update(result=result), times=3)
    task = asyncio.create_task(_polling(bot, journal).run())
    await journal.until(lambda: len(journal.recorded) == 1)
    task.cancel()
    await asyncio.wait([task])
    assert journal.pauses == [1, 2, 4]
    assert journal.troubles == [TelegramUnreachable] * 3


@pytest.mark.usefixtures("polling")
async def test_what_is_no_update_loses_none_of_those_beside_it(api: FakeBotApi, ada: Person, journal: Journal) -> None:
    api.alter("getUpdates", lambda answer: answer["result"].extend([None, 7, {"update_id": "x"}]), times=2)
    await journal.until(lambda: len(journal.recorded) == 1)
    ada.send_text("hello")
    await journal.until(lambda: len(journal.recorded) == 2)


async def test_a_server_that_holds_nothing_and_forgets_nothing_is_not_asked_all_the_time(
    api: FakeBotApi, bot: Bot, ada: Person, journal: Journal
) -> None:
    """As emulators do without long polling and offsets."""
    for body in (b"[]", b'[{"update_id": 5}]', b'[{"update_id": 5}]', b"[]", b"[]"):
        api.answer_next("getUpdates", 200, b'{"ok": true, "result": ' + body + b"}")
    task = asyncio.create_task(_polling(bot, journal).run())
    await journal.until(lambda: len(journal.pauses) == 4)
    task.cancel()
    await asyncio.wait([task])
    assert journal.troubles == []
    assert all(0.5 < pause <= 1.0 for pause in journal.pauses)


async def test_an_emulator_without_webhooks_is_polled(api: FakeBotApi, bot: Bot, ada: Person, journal: Journal) -> None:
    api.fail_next("deleteWebhook", 404, "Not Found: method not found")
    task = asyncio.create_task(_polling(bot, journal).run())
    await journal.until(lambda: len(journal.recorded) == 1)
    task.cancel()
    await asyncio.wait([task])
