"""Servers of one's own that are older or newer than aiogram, and emulators: nothing is lost, and nobody is let in."""

import json
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramBadRequest,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import DeleteMessage

from core.bot.api.message_content import File, Text
from core.bot.api.responses import integer_field, response_of, text_field
from core.bot.api.sender import MessageSender
from core.bot.api.session import TelegramSession
from core.domain.bot import BotCondition
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_api_people import Person
from tests.fakes.simulated_time import SimulatedTime
from tests.integration.bot.delivery.outbox import FakeHost, outbox_of, owed, stored
from tests.integration.bot.talk import SAID, Start, answer_to, is_answer
from tests.unit.bot.files.dropping import Path, drop, fields, without

ONLY_ADMINS = "Only admins of this group can choose that."

MESSAGE = {
    "ok": True,
    "result": {"message_id": 77, "date": 0, "chat": {"id": 7, "type": "private"}, "text": "…", "from": {"id": 8}},
}


NUMBERS = (("result",), ("result", "message_id"))


@pytest.fixture
def way() -> tuple[str, str]:
    """How updates arrive makes no difference here."""
    return ("polling", "en")


@pytest.fixture
def sender(bot: Bot) -> MessageSender:
    time = SimulatedTime()
    return MessageSender(bot, clock=time.clock, pause=time.pause)


@pytest.mark.parametrize("path", list(fields(MESSAGE)), ids=lambda path: ".".join(map(str, path)))
async def test_a_message_is_sent_once_whatever_its_answer_lacks(
    api: FakeBotApi, ada: Person, sender: MessageSender, path: Path
) -> None:
    api.alter("sendMessage", lambda answer: drop(answer, path))
    sent = await sender.send(ada.id, Text("Light"))
    (message,) = ada.chat.bot_messages
    assert (sent.chat_id, sent.message_id) == (ada.id, None if path in NUMBERS else message.id)
    api.alter("editMessageText", lambda answer: drop(answer, path))
    await sender.edit(ada.id, message.id, Text("Dark"))
    api.alter("editMessageMedia", lambda answer: drop(answer, path))
    await sender.edit(ada.id, message.id, File("talk.txt", b"Dark"))
    api.alter("deleteMessage", lambda answer: drop(answer, path))
    assert await sender.delete(ada.id, message.id)
    assert [len(api.requests_of(name)) for name in ("sendMessage", "editMessageText", "deleteMessage")] == [1, 1, 1]


@pytest.mark.parametrize("result", [None, True, [], {}, "yes", 7, {"message_id": "?", "chat": 3}])
async def test_an_answer_of_another_kind_is_one_all_the_same(
    api: FakeBotApi, ada: Person, sender: MessageSender, result: object
) -> None:
    api.alter("sendMessage", lambda answer: answer.update(result=result))
    assert (await sender.send(ada.id, Text("Light"))).message_id is None
    assert len(ada.chat.bot_messages) == 1


REFUSAL = {
    "ok": False,
    "error_code": 400,
    "description": "Bad Request: no",
    "parameters": {"retry_after": 3, "migrate_to_chat_id": -7},
}


@pytest.mark.parametrize("path", list(fields(REFUSAL)), ids=lambda path: ".".join(map(str, path)))
def test_a_refusal_is_one_whatever_it_lacks(bot: Bot, path: Path) -> None:
    assert isinstance(refused(bot, without(REFUSAL, path)), AiogramError)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, {"ok": False}, TelegramBadRequest),
        (400, {"ok": True, "result": 1}, TelegramBadRequest),
        (200, {"ok": False, "error_code": 400}, TelegramBadRequest),
        (200, {"ok": False, "error_code": 429}, TelegramRetryAfter),
        (200, {"ok": False}, TelegramServerError),
        (429, {}, TelegramRetryAfter),
        (429, {"parameters": {"retry_after": 0}}, TelegramRetryAfter),
        (502, {"ok": False, "description": None}, TelegramServerError),
        (200, [1], ClientDecodeError),
        (200, None, ClientDecodeError),
    ],
)
def test_a_refusal_is_of_the_kind_that_its_status_says(
    bot: Bot, status: int, body: object, kind: type[AiogramError]
) -> None:
    error = refused(bot, body, status)
    assert type(error) is kind
    assert not isinstance(error, TelegramRetryAfter) or error.retry_after >= 1


def refused(bot: Bot, body: object, status: int = 400) -> AiogramError:
    assert isinstance(bot.session, TelegramSession)
    with pytest.raises(AiogramError) as caught:
        bot.session.check_response(bot, DeleteMessage(chat_id=7, message_id=8), status, json.dumps(body))
    return caught.value


async def test_what_is_needed_is_read_whether_aiogram_can_or_not(api: FakeBotApi, bot: Bot) -> None:
    for change in (lambda answer: None, lambda answer: answer["result"].pop("is_bot")):
        api.alter("getMe", change)
        me = await response_of(bot.get_me())
        assert (text_field(me, "username"), integer_field(me, "id")) == ("notula_test_bot", bot.id)


async def test_where_messages_have_no_numbers_answers_come_all_the_same(
    api: FakeBotApi, bot: Bot, ada: Person, tmp_path: Any
) -> None:
    api.alter("sendMessage", lambda answer: answer.update(result=True), times=None)
    host = FakeHost(results={1: stored("Light shines.")})
    host.gate.set()
    async with outbox_of(bot, tmp_path, host) as outbox:
        await outbox.open(owed(ada.id, None, formats=("srt",)))
        await ada.wait_for(lambda message: message.text == "Light shines.")
        await ada.wait_for(lambda message: message.file is not None and message.file.name == "talk.srt")


@pytest.mark.parametrize("name", ["is_bot", "first_name", "username", "id"])
async def test_a_bot_runs_whatever_is_not_told_of_it(
    api: FakeBotApi, start: Start, ada: Person, beckett: Any, name: str
) -> None:
    api.alter("getMe", lambda answer: answer["result"].pop(name, None), times=None)
    async with start() as notula:
        assert notula.bot.state.condition is BotCondition.RUNNING
        assert ("t.me/bot" in notula.bot.state.claim_link) is False
        sent = ada.send_audio(beckett.read_bytes(), 9, name="talk.wav", mime_type="audio/wav")
        await ada.wait_for(lambda message: is_answer(message) and message.reply_to == sent.id)


@pytest.mark.usefixtures("notula")
async def test_admins_are_known_by_their_status_alone(api: FakeBotApi, charles: Person, eve: Person, tr: Any) -> None:
    team = api.group("Team")
    team.add(charles, status="administrator")
    team.add(eve)
    refusal = tr(ONLY_ADMINS)
    panel = tr("What is chosen for this chat:")

    def only(*names: str) -> Any:
        return lambda answer: answer.update(result={name: answer["result"][name] for name in names})

    for change, is_let_in in (
        (lambda answer: answer["result"].pop("can_send_welcome_messages", None), True),
        (only("status"), True),
        (only("user"), False),
        (lambda answer: answer.update(result=None), False),
        (lambda answer: answer["result"].update(status="owner of a newer kind"), False),
        (lambda answer: answer["result"].update(status=["administrator"]), False),
    ):
        api.alter("getChatMember", change)
        said = charles.send_text("/settings", to=team)
        await answer_to(said, panel if is_let_in else refusal)
    api.alter("getChatMember", lambda answer: answer["result"].pop("user"))
    await answer_to(eve.send_text("/settings", to=team), refusal)
    api.fail_next("getChatMember", 502, "Bad Gateway")
    await answer_to(charles.send_text("/settings", to=team), tr("The bot has a problem. Please try again later."))


@pytest.mark.usefixtures("notula")
async def test_a_file_comes_whatever_is_not_told_of_it(api: FakeBotApi, ada: Person, beckett: Any) -> None:
    sound = beckett.read_bytes()
    for number, name in enumerate(("file_id", "file_unique_id", "file_size", "file_path")):
        api.alter("getFile", lambda answer, name=name: answer["result"].pop(name))  # type: ignore[misc]
        sent = ada.send_audio(sound + bytes([number]), 9, name="talk.wav", mime_type="audio/wav")
        answer = await ada.wait_for(lambda message, sent=sent: is_answer(message) and message.reply_to == sent.id)  # type: ignore[misc]
        assert answer.text == SAID
