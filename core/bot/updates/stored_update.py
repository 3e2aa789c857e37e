"""What of an update is written down: nothing that bots have said, which is mostly somebody's transcript.

A press on a button brings the whole message that it is under, and so does a reply; the text would outlast its deletion
in the journal. No handler needs it: https://core.telegram.org/bots/api#message.
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
"""What is kept of a message that a bot has sent: where it is, what it answers, and a recording in it."""

_QUOTING_FIELDS = frozenset({"quote", "external_reply", "pinned_message"})
"""Parts of a person's message that repeat what somebody else has said."""

_MAX_REPLY_DEPTH = 3
"""Telegram doesn't nest replies; a press brings a message and what that answers."""


def storable_update(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The update without the words of bots, and without quotations."""
    return {key: _event(value) if isinstance(value, dict) else value for key, value in raw.items()}


def _event(event: dict[str, Any]) -> dict[str, Any]:
    if "message_id" in event:
        return _message(event, _MAX_REPLY_DEPTH)
    message = event.get("message")
    return {**event, "message": _message(message, _MAX_REPLY_DEPTH)} if isinstance(message, dict) else event


def _message(message: dict[str, Any], max_depth: int) -> dict[str, Any]:
    sender = message.get("from")
    # Who speaks for a chat has a bot of Telegram's in their place.
    is_of_bot = isinstance(sender, dict) and sender.get("is_bot") is True and "sender_chat" not in message
    kept = {
        key: value
        for key, value in message.items()
        if (key in _KEPT_OF_BOT_MESSAGES if is_of_bot else key not in _QUOTING_FIELDS)
    }
    answered = kept.pop("reply_to_message", None)
    if isinstance(answered, dict) and max_depth:
        kept["reply_to_message"] = _message(answered, max_depth - 1)
    return kept
