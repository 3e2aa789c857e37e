"""Recordings in messages: whether there is one, its name, and the address by which it can be fetched later."""

import hashlib
from dataclasses import dataclass
from pathlib import PurePath
from typing import Self
from urllib.parse import parse_qs, quote, urlsplit

from aiogram.types import Audio, Document, Message, Video, VideoNote, Voice

from core.domain import SourceReference
from core.domain.media_formats import MEDIA_SUFFIXES

SOURCE = "telegram"
"""The kind of a `SourceReference` to a file in a chat with a bot."""


@dataclass(frozen=True, slots=True)
class TelegramFile:
    """A file in a chat with a bot. `unique_id` is the same whoever sends it; `size_bytes` is 0 if it isn't known."""

    bot_id: int
    chat_id: int
    message_id: int
    file_id: str
    unique_id: str
    size_bytes: int = 0

    @property
    def location(self) -> str:
        """All fields as a URL."""
        file_id, unique_id = quote(self.file_id, safe=""), quote(self.unique_id, safe="")
        place = f"{self.bot_id}/{self.chat_id}/{self.message_id}"
        return f"telegram://{place}?file={file_id}&unique={unique_id}&size={self.size_bytes}"

    @classmethod
    def at(cls, location: str) -> Self:
        """The inverse of `location`. Raises ValueError for any other text."""
        parts = urlsplit(location)
        query = parse_qs(parts.query, strict_parsing=True)
        chat_id, message_id = parts.path.strip("/").split("/")
        try:
            file_id, unique_id, size = (query[name][0] for name in ("file", "unique", "size"))
        except KeyError as error:
            raise ValueError("no file in Telegram") from error
        if parts.scheme != SOURCE:
            raise ValueError("no file in Telegram")
        return cls(int(parts.netloc), int(chat_id), int(message_id), file_id, unique_id, int(size))


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording in a message; `duration_s` is 0 if it isn't known."""

    source: SourceReference
    size_bytes: int
    duration_s: float


def recording_in(message: Message, bot_id: int) -> Recording | None:
    """The recording that a message holds, None where it holds none."""
    found: Voice | Audio | Video | VideoNote | Document | None = (
        message.voice or message.audio or message.video or message.video_note
    )
    is_animation = message.animation is not None  # Without sound; Telegram sets `document` for it, too.
    if found is None and message.document is not None and not is_animation and _is_media(message.document):
        found = message.document
    if found is None or not found.file_id:
        return None
    file = TelegramFile(
        bot_id,
        message.chat.id,
        message.message_id,
        found.file_id,
        found.file_unique_id or _substitute_unique_id(found.file_id),
        found.file_size or 0,
    )
    source = SourceReference(SOURCE, file.location, _name_of(found, message))
    return Recording(source, file.size_bytes, float(getattr(found, "duration", 0) or 0))


def _substitute_unique_id(file_id: str) -> str:
    """A substitute for a missing `file_unique_id`, which no other file has."""
    return f"id-{hashlib.sha256(file_id.encode()).hexdigest()[:32]}"


def _is_media(document: Document) -> bool:
    kind = (document.mime_type or "").lower().partition("/")[0]
    return kind in ("audio", "video") or PurePath(document.file_name or "").suffix.lower() in MEDIA_SUFFIXES


def _name_of(found: Voice | Audio | Video | VideoNote | Document, message: Message) -> str:
    """The sender's file name without its folders, else the kind and the time of sending."""
    given = getattr(found, "file_name", None)
    if given:
        return PurePath(given.replace("\\", "/")).name[:200] or "recording"
    if isinstance(found, Audio) and (found.title or found.performer):
        return " - ".join(part for part in (found.performer, found.title) if part)[:200]
    kind = {Voice: "voice", Audio: "audio", Video: "video", VideoNote: "video-note"}.get(type(found), "recording")
    return f"{kind} {message.date:%Y-%m-%d %H.%M.%S}"
