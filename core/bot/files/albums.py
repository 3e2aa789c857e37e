"""Albums in groups: Telegram sends their items one by one, and only one of them, the first or the last, has words."""

from collections import OrderedDict
from dataclasses import dataclass, field

from aiogram.types import Message

_MOST = 1000


@dataclass(slots=True)
class _Album:
    """What came before anybody asked, and the number of the item that has asked."""

    earlier: list[Message] = field(default_factory=list)
    requested_by: int | None = None


class Albums:
    """The latest albums: which of them the bot was asked for, and the items of the others, that may still be."""

    def __init__(self) -> None:
        self._albums: OrderedDict[tuple[int, str], _Album] = OrderedDict()

    def is_requested(self, message: Message) -> bool:
        """Whether this belongs to an album that was asked for by another item."""
        album = self._album_of(message)
        return album is not None and album.requested_by is not None

    def remember(self, message: Message) -> None:
        """Nobody has asked for this yet; a later item of its album may do that."""
        album = self._album_of(message)
        if album is not None and all(message.message_id != known.message_id for known in album.earlier):
            album.earlier.append(message)

    def request_album(self, message: Message) -> tuple[Message, ...]:
        """This item is asked for; with it, where it is the one that asks for all, what came before. The same again."""
        album = self._album_of(message)
        if album is None:
            return (message,)
        if album.requested_by is None:
            album.requested_by = message.message_id
        return (*album.earlier, message) if album.requested_by == message.message_id else (message,)

    def _album_of(self, message: Message) -> _Album | None:
        if not message.media_group_id:
            return None
        album = self._albums.setdefault((message.chat.id, message.media_group_id), _Album())
        while len(self._albums) > _MOST:
            self._albums.popitem(last=False)
        return album
