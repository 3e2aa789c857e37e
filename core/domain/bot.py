"""The Telegram bot's types: updates, deliveries, people, preferences, and the bot's state.

Ids of chats, users and messages are Telegram's (https://core.telegram.org/bots/api#available-types).
"""

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType

from core.domain.identity import JobId, TranscriptId
from core.domain.translatable_text import TranslatableText

CHANNEL = "telegram"
"""The channel of a `Requester` who uses the bot."""

DeliveryId = NewType("DeliveryId", str)
"""Sixteen hexadecimal digits: short enough for a button's data, and the same whenever its update is handled again."""

_ID_DIGITS = 16


def delivery_id(bot_id: int, update_id: int, index: int = 0) -> DeliveryId:
    """The id of the `index`th delivery that an update causes."""
    return DeliveryId(hashlib.sha256(f"{bot_id}:{update_id}:{index}".encode()).hexdigest()[:_ID_DIGITS])


def further_delivery_id(first: DeliveryId) -> DeliveryId:
    """The id of the delivery that follows automatically after the first."""
    return DeliveryId(hashlib.sha256(f"after {first}".encode()).hexdigest()[:_ID_DIGITS])


def notice_id(bot_id: int, chat_id: int, message_id: int, user_id: int) -> DeliveryId:
    """The id of the notice to this person that a message of the owner causes, the same at each retry."""
    return DeliveryId(
        hashlib.sha256(f"notice {bot_id}:{chat_id}:{message_id}:{user_id}".encode()).hexdigest()[:_ID_DIGITS]
    )


@dataclass(frozen=True, slots=True)
class ReceivedUpdate:
    """An update as it came: `body` is its JSON. Those of one `chat_id` (0 where there is none) are kept in order."""

    update_id: int
    chat_id: int
    body: str = field(repr=False)


class DeliveryKind(StrEnum):
    """What is delivered: a new transcript; a file, version or copy of one; an archive of all; a notice of the owner."""

    TRANSCRIPT = "transcript"
    FILE = "file"
    TRANSLATION = "translation"
    SUMMARY = "summary"
    COPY = "copy"
    ARCHIVE = "archive"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One thing that has to be sent to a person in a chat, as a reply to the message `reply_to`.

    A TRANSCRIPT comes of the job `job_id`; others of `transcript_id`: a FILE in the first of `formats`, a TRANSLATION
    or SUMMARY in `target_language` (an ISO 639-1 code; for a summary empty means the recording's own, for a file that
    it isn't translated), a COPY as it was answered. An ARCHIVE holds all of a person's in the first of `formats`; a
    NOTICE says `text`. `formats` of a transcript are the files that come with it, its `target_language` is that of a
    translation that is to follow, if any. `interface_language` is that of the bot's own words.
    `name` is what people call the recording. `created_at` is in seconds since the epoch.
    """

    id: DeliveryId
    kind: DeliveryKind
    chat_id: int
    user_id: int
    reply_to: int | None
    interface_language: str
    created_at: float
    name: str = ""
    thread_id: int | None = None
    job_id: JobId | None = None
    transcript_id: TranscriptId | None = None
    formats: tuple[str, ...] = ()
    target_language: str = ""
    text: str = ""


class Access(StrEnum):
    """What a person may do with the bot."""

    OWNER = "owner"
    ALLOWED = "allowed"
    UNKNOWN = "unknown"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class BotPerson:
    """A person who has written to the bot, with Telegram's data about them. `username` has no @ and may be empty."""

    user_id: int
    name: str = ""
    username: str = ""
    language_code: str = ""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """That `actor` (a person's number, or where a request came from) did something or was refused, at this second."""

    at: float
    actor: str
    action: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ChatPreferences:
    """What is chosen in a private chat, or by a group's admins for all of it. Empty or None: as the owner has it.

    `automatic` transcribes every recording of a group unasked. `interface_language` empty: the person's Telegram says.
    """

    provider: str = ""
    model: str = ""
    language: str = ""
    formats: tuple[str, ...] = ()
    automatic: bool = False
    translate_to: str = ""
    interface_language: str = ""


class TransportKind(StrEnum):
    """How updates arrive."""

    POLLING = "polling"
    WEBHOOK = "webhook"


class BotCondition(StrEnum):
    """What the bot is doing."""

    OFF = "off"
    STARTING = "starting"
    RUNNING = "running"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class BotState:
    """The bot's state for the window. `problem` is why it doesn't run, or what it can't do.

    `last_contact_at` is the time of the last answer or update of Telegram, `last_update_at` that of the last update
    alone, in seconds since the epoch. `latency_s` is how long Telegram took for its last answer. The person who opens
    `claim_link` becomes the owner; it is empty where there is one.
    """

    condition: BotCondition = BotCondition.OFF
    transport: TransportKind = TransportKind.POLLING
    username: str = ""
    problem: TranslatableText | None = None
    waiting_updates: int = 0
    open_deliveries: int = 0
    last_contact_at: float | None = None
    claim_link: str = field(default="", repr=False)
    last_update_at: float | None = None
    latency_s: float | None = None
