"""Albums in groups: Telegram sends their items one by one, and only one of them, the first or the last, has words."""

from collections import OrderedDict

from aiogram.types import Message

_MOST = 1000


class Albums:
    """The latest albums: which of them the bot was asked for, and the items of the others, that may still be."""

    def __init__(self) -> None:
        self._held: OrderedDict[tuple[int, str], list[Message] | None] = OrderedDict()
        """None once the album was asked for."""

    def is_asked_for(self, message: Message) -> bool:
        """Whether this belongs to an album that was asked for before."""
        key = _key(message)
        return key is not None and self._held.get(key, ()) is None

    def hold(self, message: Message) -> None:
        """Nobody has asked for this yet; a later item of its album may do that."""
        key = _key(message)
        held = self._held.setdefault(key, []) if key is not None else None
        if held is not None and all(message.message_id != known.message_id for known in held):
            held.append(message)
        while len(self._held) > _MOST:
            self._held.popitem(last=False)

    def ask_for(self, message: Message) -> tuple[Message, ...]:
        """The album of this item is asked for; all there is of it so far, in order."""
        key = _key(message)
        if key is None:
            return (message,)
        earlier = self._held.get(key) or []
        self._held[key] = None
        return (*earlier, message)


def _key(message: Message) -> tuple[int, str] | None:
    return (message.chat.id, message.media_group_id) if message.media_group_id else None
