"""An update of an older or newer server, or of an emulator, still holds its recording, and lets nobody in."""

from typing import Any

import pytest
from aiogram import Bot
from aiogram.types import Update

from core.bot.files.attachments import recording_in
from core.bot.updates.parsing import parse_update
from tests.fakes.bot_api import TOKEN
from tests.unit.bot.files.dropping import Path, fields, with_instead, without

NOW = 1_700_000_000.0
ADA = {"id": 7, "is_bot": False, "first_name": "Ada", "language_code": "id"}
PRIVATE = {"id": 7, "type": "private", "first_name": "Ada"}
TEAM = {"id": -1007, "type": "supergroup", "title": "Team", "is_forum": True}
VOICE = {"file_id": "AwAC", "file_unique_id": "v1", "duration": 3, "mime_type": "audio/ogg", "file_size": 3000}
VIDEO = {**VOICE, "width": 640, "height": 360, "file_name": "talk.mp4"}
SAID: dict[str, Any] = {"message_id": 5, "from": ADA, "chat": PRIVATE, "date": int(NOW) - 60}
FORWARDED = {
    **SAID,
    "video": VIDEO,
    "caption": "@notula_test_bot",
    "caption_entities": [{"type": "mention", "offset": 0, "length": 16}],
    "forward_origin": {"type": "user", "date": 1, "sender_user": ADA},
    "reply_to_message": {**SAID, "message_id": 4, "text": "Listen"},
    "chat": TEAM,
    "sender_chat": TEAM,
}
PRESS = {
    "id": "77",
    "from": ADA,
    "chat_instance": "1",
    "data": "stop:0123456789abcdef",
    "message": {**SAID, "text": "…"},
}
STATUS = {
    "chat": TEAM,
    "from": ADA,
    "date": int(NOW),
    "old_chat_member": {"status": "left", "user": ADA},
    "new_chat_member": {"status": "administrator", "user": ADA, "can_be_edited": False},
}
UPDATES: dict[str, dict[str, Any]] = {
    "voice": {"update_id": 1, "message": {**SAID, "voice": VOICE}},
    "video": {"update_id": 1, "message": FORWARDED},
    "press": {"update_id": 1, "callback_query": PRESS},
    "status": {"update_id": 1, "my_chat_member": STATUS},
}
NEEDED: set[Path] = {
    ("message",),
    ("message", "voice"),
    ("message", "voice", "file_id"),
    ("message", "video"),
    ("message", "video", "file_id"),
    ("message", "chat"),
    ("message", "chat", "id"),
}
"""Without these nobody can know what was sent, or where."""

CASES = [(kind, path) for kind, update in UPDATES.items() for path in fields(update) if path != ("update_id",)]
ODD = (None, True, "", "of a newer kind", -1, 1e300, [], {}, [{"x": 1}])


@pytest.fixture
async def bot() -> Bot:
    return Bot(TOKEN)


def read(raw: dict[str, Any], bot: Bot) -> Update | None:
    return parse_update(raw, bot, lambda: NOW)


@pytest.mark.parametrize(
    ("kind", "path"), CASES, ids=lambda one: one if isinstance(one, str) else ".".join(map(str, one))
)
def test_what_is_left_out_loses_no_recording_and_lets_nobody_in(bot: Bot, kind: str, path: Path) -> None:
    whole = UPDATES[kind]
    for raw in (without(whole, path), *(with_instead(whole, path, odd) for odd in ODD)):
        update = read(raw, bot)
        if "message" in whole and path not in NEEDED:
            assert update is not None, raw
            assert update.message is not None, raw
            assert recording_in(update.message, bot.id) is not None, raw
        event = update and (update.message or update.callback_query or update.my_chat_member)
        user = event.from_user if event else None
        assert user is None or user.id == ADA["id"] or path[-2:] == ("from", "id"), "somebody else"
        message = update and update.message
        if message is not None and path[-1] != "date":
            assert message.date.timestamp() <= NOW


def test_a_server_from_before_the_newest_rights_tells_of_the_bots_own_status(bot: Bot) -> None:
    update = read(UPDATES["status"], bot)
    assert update is not None
    assert update.my_chat_member is not None
    assert (update.my_chat_member.old_chat_member.status, update.my_chat_member.new_chat_member.status) == (
        "left",
        "member",
    )


def test_a_date_that_is_left_out_is_now_so_that_limits_hold(bot: Bot) -> None:
    update = read(without(UPDATES["voice"], ("message", "date")), bot)
    assert update is not None
    assert update.message is not None
    assert update.message.date.timestamp() == NOW


async def test_files_without_a_name_of_telegrams_are_no_repeats_of_each_other(bot: Bot) -> None:
    found = []
    for file_id in ("AwAC", "AwAD"):
        raw = without(UPDATES["voice"], ("message", "voice", "file_unique_id"))
        raw["message"]["voice"]["file_id"] = file_id
        update = read(raw, bot)
        assert update is not None
        assert update.message is not None
        found.append(recording_in(update.message, bot.id))
    first, second = found
    assert first is not None
    assert second is not None
    assert first.source.location.partition("unique=")[2] != second.source.location.partition("unique=")[2]
