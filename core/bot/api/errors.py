"""Errors of the Bot API, sorted by what the bot does about them."""

from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramServerError,
)

TRANSIENT_ERRORS = (TelegramNetworkError, TelegramServerError, ClientDecodeError)
"""Errors after which a retry may succeed."""

_GONE = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "message to delete not found",
    "there is no text in the message to edit",
)
_NO_CHAT = (
    "group chat was upgraded",  # Where the server doesn't tell the new id.
    "chat not found",
    "user not found",
    "peer_id_invalid",
    "group chat was deactivated",
    "have no rights to send",
    "not enough rights to send",
    "need administrator rights",
    "chat_write_forbidden",
    "chat_restricted",
)
_NOT_MODIFIED = "message is not modified"
_NO_THREAD = ("message thread not found", "topic_closed", "topic_deleted")


class Unreachable(Exception):
    """Nothing can be sent to this chat: the person has blocked the bot, or it was removed from the group."""


class MessageGone(Exception):
    """The message can't be edited, because it was deleted."""


class ChatMoved(Exception):
    """A group was upgraded to a supergroup, which has another id; its messages aren't moved."""

    def __init__(self, chat_id: int) -> None:
        super().__init__()
        self.chat_id = chat_id
        """The new id."""


class RichMessagesUnknown(Exception):
    """This Bot API server is too old for rich messages."""


def is_unreachable(error: TelegramAPIError) -> bool:
    """Whether nothing can be sent to the chat."""
    return isinstance(error, TelegramForbiddenError) or _description_has(error, *_NO_CHAT)


def is_gone(error: TelegramAPIError) -> bool:
    """Whether the message to edit or delete doesn't exist any more."""
    return _description_has(error, *_GONE)


def is_unchanged(error: TelegramAPIError) -> bool:
    """Whether the message has the new content already."""
    return _description_has(error, _NOT_MODIFIED)


def is_without_thread(error: TelegramAPIError) -> bool:
    """Whether the topic is closed or deleted, but the chat is reachable."""
    return _description_has(error, *_NO_THREAD)


def _description_has(error: TelegramAPIError, *parts: str) -> bool:
    """Telegram gives these errors no codes, so the descriptions have to be searched."""
    text = error.message.lower()
    return any(part in text for part in parts)


def specific_error(error: AiogramError) -> Unreachable | ChatMoved | MessageGone | None:
    """The bot's own error for a refused request, None where there is none."""
    if isinstance(error, TelegramMigrateToChat):
        return ChatMoved(error.migrate_to_chat_id)
    if isinstance(error, TelegramForbiddenError | TelegramBadRequest):
        if is_unreachable(error):
            return Unreachable()
        if is_gone(error):
            return MessageGone()
    return None
