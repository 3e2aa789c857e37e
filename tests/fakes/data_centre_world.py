"""What all data centres know: the bot, its messages, their files, and what goes wrong next."""

import asyncio
import hashlib
import struct
from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import UTC, datetime

from telethon.tl import types

from tests.fakes.bot_api_files import Content
from tests.fakes.data_centre_file_id import file_id_of

_CHANNELS_BELOW = -1_000_000_000_000


class Refusal(Exception):
    """A request is refused, with a code and a name of https://core.telegram.org/api/errors"""

    def __init__(self, code: int, name: str) -> None:
        super().__init__(name)
        self.code = code
        self.name = name


@dataclass(slots=True)
class KeptFile:
    """A file on one data centre. `references` counts how often its reference has expired."""

    id: int
    access_hash: int
    content: Content
    data_centre: int
    references: int = 0

    @property
    def reference(self) -> bytes:
        return hashlib.sha256(struct.pack("<qi", self.id, self.references)).digest()[:20]

    def document(self) -> types.Document:
        return types.Document(
            self.id,
            self.access_hash,
            self.reference,
            datetime(2026, 1, 1, tzinfo=UTC),
            "audio/mpeg",
            self.content.size_bytes,
            self.data_centre,
            [],
        )

    @property
    def file_id(self) -> str:
        return file_id_of(self.data_centre, self.reference, self.id, self.access_hash)


@dataclass(slots=True)
class Faults:
    """What goes wrong with the next requests for parts of files.

    `refusals` are given instead of the next answers. After so many requests as the first of `cut_after` says the
    connection breaks, then after so many more as the second says. `silent` requests get no answer. With `crowd` nobody
    is answered until so many requests are under way at once.
    """

    refusals: deque[tuple[int, str]] = field(default_factory=deque)
    cut_after: deque[int] = field(default_factory=deque)
    silent: int = 0
    crowd: int = 0
    latency_s: float = 0.0

    def refuse(self, code: int, name: str, *, times: int = 1) -> None:
        self.refusals.extend([(code, name)] * times)


@dataclass(slots=True)
class World:
    """One bot and what was sent to it. `addresses` are those of the data centres."""

    bot_id: int
    token: str
    applications: dict[int, str]
    home: int = 2
    addresses: dict[int, tuple[str, int]] = field(default_factory=dict)
    faults: Faults = field(default_factory=Faults)
    files: dict[int, KeptFile] = field(default_factory=dict)
    messages: dict[tuple[int, int], int] = field(default_factory=dict)
    exported: dict[tuple[int, bytes], int] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    """How often each kind of request was answered, by its name."""
    parts: list[tuple[int, int, int]] = field(default_factory=list)
    """Every part that was given: its data centre, offset and length."""
    in_flight: int = 0
    most_in_flight: int = 0
    _crowded: asyncio.Event = field(default_factory=asyncio.Event)
    asked_for_part: asyncio.Event = field(default_factory=asyncio.Event)

    def keep(self, content: Content, *, data_centre: int = 2) -> KeptFile:
        """A file, on this data centre."""
        number = len(self.files) + 1
        digest = hashlib.sha256(f"file {number}".encode()).digest()
        file_id, access_hash = struct.unpack("<qq", digest[:16])
        self.files[file_id] = kept = KeptFile(file_id, access_hash, content, data_centre)
        return kept

    def send(self, file: KeptFile, chat_id: int, message_id: int) -> None:
        """A message with a file, in the numbers of the Bot API."""
        self.messages[_box_of(chat_id), message_id] = file.id

    def delete(self, chat_id: int, message_id: int) -> None:
        """A message is gone; its file stays."""
        del self.messages[_box_of(chat_id), message_id]

    async def wait_for_crowd(self) -> None:
        """Return once as many are waiting as are to be."""
        if self.in_flight >= self.faults.crowd:
            self.faults.crowd = 0
            self._crowded.set()
        elif self.faults.crowd:
            self._crowded.clear()
            await self._crowded.wait()

    def expire_references(self) -> None:
        """What happens to every file's reference after some time."""
        for file in self.files.values():
            file.references += 1

    def message(self, box: int, message_id: int) -> types.Message | types.MessageEmpty:
        """As a bot gets it: `box` is 0 for what isn't in a channel."""
        file_id = self.messages.get((box, message_id))
        if file_id is None:
            return types.MessageEmpty(message_id, None)
        peer = types.PeerChannel(box) if box else types.PeerUser(7)
        media = types.MessageMediaDocument(document=self.files[file_id].document())
        return types.Message(message_id, peer, datetime(2026, 1, 1, tzinfo=UTC), "", media=media)

    def bot(self) -> types.User:
        return types.User(self.bot_id, is_self=True, bot=True, access_hash=1, first_name="Notula", bot_info_version=1)


def _box_of(chat_id: int) -> int:
    """Messages of persons and small groups are numbered together, those of each channel for themselves."""
    return _CHANNELS_BELOW - chat_id if chat_id < _CHANNELS_BELOW else 0
