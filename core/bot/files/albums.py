"""Albums in groups: Telegram sends the items one by one, and only the first or the last one has a caption."""

from collections import OrderedDict
from dataclasses import dataclass, field

from aiogram.types import Message

_MAX_ALBUMS = 1000


@dataclass(slots=True)
class _Album:
    """The items before the one that requests the album, and the message id of that one."""

    earlier: list[Message] = field(default_factory=list)
    requested_by: int | None = None


class Albums:
    """The latest albums: those that were requested, and the items of others, which a later item may request."""

    def __init__(self) -> None:
        self._albums: OrderedDict[tuple[int, str], _Album] = OrderedDict()

    def is_requested(self, message: Message) -> bool:
        """Whether this belongs to an album that was requested by another item."""
        album = self._album_of(message)
        return album is not None and album.requested_by is not None

    def remember(self, message: Message) -> None:
        """Keep an item that isn't requested, in case a later item of its album requests it."""
        album = self._album_of(message)
        if album is not None and all(message.message_id != known.message_id for known in album.earlier):
            album.earlier.append(message)

    def request_album(self, message: Message) -> tuple[Message, ...]:
        """The items to transcribe when this one is requested: the requesting item with all earlier ones. Idempotent."""
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
        while len(self._albums) > _MAX_ALBUMS:
            self._albums.popitem(last=False)
        return album
