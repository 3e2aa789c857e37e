"""The part of an update that is journaled: without the texts of bots, which are mostly transcripts.

A pressed button comes with the whole message that it is under, and a reply with the message it answers; in the journal
their texts would outlast a deletion. No handler needs them: https://core.telegram.org/bots/api#message.
"""

from collections.abc import Mapping
from typing import Any

_KEPT_OF_BOT_MESSAGES = frozenset(
    {
        "message_id",
        "message_thread_id",
        "is_topic_message",
        "date",
        "edit_date",
        "chat",
        "from",
        "reply_to_message",
        "voice",
        "audio",
        "video",
        "video_note",
        "animation",
        "document",
    }
)
"""Fields that are kept of a bot's message as they are: its place, what it replies to, and a recording in it.

Of its buttons the data is kept, by which a reply to a question is matched with what was asked.
"""

_QUOTING_FIELDS = frozenset({"quote", "external_reply", "pinned_message"})
"""Fields of a person's message that quote others."""

_MAX_REPLY_DEPTH = 3
"""Telegram doesn't nest replies, but a button comes with its message and what that replies to."""


def storable_update(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The update without texts of bots and without quotations."""
    return {key: _event(value) if isinstance(value, dict) else value for key, value in raw.items()}


def _event(event: dict[str, Any]) -> dict[str, Any]:
    if "message_id" in event:
        return _message(event, _MAX_REPLY_DEPTH)
    message = event.get("message")
    return {**event, "message": _message(message, _MAX_REPLY_DEPTH)} if isinstance(message, dict) else event


def _message(message: dict[str, Any], max_depth: int) -> dict[str, Any]:
    sender = message.get("from")
    # A message on behalf of a chat has one of Telegram's own bots in `from`.
    is_of_bot = isinstance(sender, dict) and sender.get("is_bot") is True and "sender_chat" not in message
    kept = {
        key: value
        for key, value in message.items()
        if (key in _KEPT_OF_BOT_MESSAGES if is_of_bot else key not in _QUOTING_FIELDS)
    }
    if is_of_bot and (buttons := _button_data(message.get("reply_markup"))):
        kept["reply_markup"] = {"inline_keyboard": [buttons]}
    answered = kept.pop("reply_to_message", None)
    if isinstance(answered, dict) and max_depth:
        kept["reply_to_message"] = _message(answered, max_depth - 1)
    return kept


def _button_data(markup: object) -> list[dict[str, str]]:
    """The data of all buttons, without what they say: a speaker's name, perhaps."""
    rows = markup.get("inline_keyboard") if isinstance(markup, dict) else None
    cells = [cell for row in rows if isinstance(row, list) for cell in row] if isinstance(rows, list) else []
    data = (cell.get("callback_data") for cell in cells if isinstance(cell, dict))
    return [{"text": "", "callback_data": each} for each in data if isinstance(each, str)]
