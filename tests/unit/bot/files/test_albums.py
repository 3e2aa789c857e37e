"""Albums, item by item."""

from datetime import UTC, datetime

from aiogram.types import Chat, Message

from core.bot.files import albums as module
from core.bot.files.albums import Albums


def item(number: int, album: str | None = "a", chat: int = -7) -> Message:
    where = Chat(id=chat, type="supergroup")
    return Message(message_id=number, date=datetime(2026, 1, 1, tzinfo=UTC), chat=where, media_group_id=album)


def test_the_last_item_asks_for_all_as_often_as_it_is_handled() -> None:
    albums = Albums()
    for number in (1, 2, 2):
        albums.remember(item(number))
    albums.remember(item(1, chat=-8))
    for _ in range(2):  # Once more after the database was in the way.
        assert [one.message_id for one in albums.request_album(item(3))] == [1, 2, 3]
    assert albums.is_requested(item(4))
    assert [one.message_id for one in albums.request_album(item(4))] == [4]
    assert not albums.is_requested(item(4, album="b"))


def test_what_is_in_no_album_is_asked_for_alone() -> None:
    albums = Albums()
    albums.remember(item(1, album=None))
    assert not albums.is_requested(item(1, album=None))
    assert [one.message_id for one in albums.request_album(item(2, album=None))] == [2]


def test_old_albums_are_forgotten() -> None:
    albums = Albums()
    for number in range(module._MAX_ALBUMS + 1):
        albums.remember(item(number, album=str(number)))
    assert [one.message_id for one in albums.request_album(item(5000, album="0"))] == [5000]
    assert [one.message_id for one in albums.request_album(item(5000, album=str(module._MAX_ALBUMS)))] == [
        module._MAX_ALBUMS,
        5000,
    ]
