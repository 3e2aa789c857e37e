"""What Telegram answers, in the bot's own terms."""

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
"""What may go well the next time."""

_GONE = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "message to delete not found",
    "there is no text in the message to edit",
)
_NO_CHAT = (
    "group chat was upgraded",  # Where the server doesn't tell the new one's number.
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
    """Nothing can be sent to this chat: the person has blocked the bot, or the group has put it out."""


class MessageGone(Exception):
    """The message can't be edited: somebody has deleted it."""


class ChatMoved(Exception):
    """A group has become a supergroup, which has another id; its messages have stayed behind."""

    def __init__(self, chat_id: int) -> None:
        super().__init__()
        self.chat_id = chat_id
        """The new one."""


class RichMessagesUnknown(Exception):
    """This Bot API server is from before there were rich messages."""


def is_unreachable(error: TelegramAPIError) -> bool:
    """Whether nothing at all can be sent there."""
    return isinstance(error, TelegramForbiddenError) or _says(error, *_NO_CHAT)


def is_gone(error: TelegramAPIError) -> bool:
    """Whether there is no such message to change any more."""
    return _says(error, *_GONE)


def is_unchanged(error: TelegramAPIError) -> bool:
    """Whether the message says already what it was to say."""
    return _says(error, _NOT_MODIFIED)


def is_without_thread(error: TelegramAPIError) -> bool:
    """Whether only the topic isn't there any more."""
    return _says(error, *_NO_THREAD)


def _says(error: TelegramAPIError, *parts: str) -> bool:
    """Telegram's descriptions are all that tells these apart."""
    text = error.message.lower()
    return any(part in text for part in parts)


def specific_error(error: AiogramError) -> Unreachable | ChatMoved | MessageGone | None:
    """What a refusal means to whoever has sent something, where it has a meaning of its own."""
    if isinstance(error, TelegramMigrateToChat):
        return ChatMoved(error.migrate_to_chat_id)
    if isinstance(error, TelegramForbiddenError | TelegramBadRequest):
        if is_unreachable(error):
            return Unreachable()
        if is_gone(error):
            return MessageGone()
    return None
