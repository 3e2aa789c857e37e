"""Packets and encrypted messages as a data centre sees them: https://core.telegram.org/mtproto/description"""

import asyncio
import os
import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from zlib import crc32

from telethon.crypto import AES, AuthKey
from telethon.extensions import BinaryReader
from telethon.network.mtprotostate import MTProtoState
from telethon.tl.core import GzipPacked, MessageContainer, TLMessage

_RPC_RESULT = 0xF35C6D01
_LARGEST_PACKET_BYTES = 4 * 1024 * 1024


class Broken(Exception):
    """What came is no packet, or no message under the key that it names."""


class Packets:
    """Packets of the full transport over one connection (https://core.telegram.org/mtproto/mtproto-transports#full)."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._received = 0
        self._sent = 0

    async def receive(self) -> bytes:
        """Raises `Broken`, and IncompleteReadError or OSError at the connection's end."""
        head = await self._reader.readexactly(8)
        length, number = struct.unpack("<ii", head)
        if not 12 <= length <= _LARGEST_PACKET_BYTES or number != self._received:
            raise Broken(f"packet {number} of {length} bytes")
        self._received += 1
        body = await self._reader.readexactly(length - 8)
        if struct.unpack("<I", body[-4:])[0] != crc32(body[:-4], crc32(head)):
            raise Broken("checksum")
        return body[:-4]

    def send(self, body: bytes) -> None:
        head = struct.pack("<ii", len(body) + 12, self._sent)
        self._sent += 1
        self._writer.writelines((head, body, struct.pack("<I", crc32(body, crc32(head)))))

    async def drain(self) -> None:
        await self._writer.drain()


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message of a client; `outer_id` is that of the container it came in, else its own."""

    message_id: int
    outer_id: int
    sequence: int
    content: Any


class Session:
    """The messages between one client and a data centre under one key. `salt` is what the client has to use."""

    def __init__(self, key: AuthKey, salt: int) -> None:
        self.key = key
        self.salt = salt
        self.id: int | None = None
        self._last_client_id = 0
        self._last_own_id = 0
        self._sequence = 0

    def open(self, packet: bytes) -> tuple[bool, list[Incoming]]:
        """Whether the salt is right, and the messages. Raises `Broken`."""
        message_key = packet[8:24]
        plain = AES.decrypt_ige(packet[24:], *MTProtoState._calc_key(self.key.key, message_key, True))
        if sha256(self.key.key[88:120] + plain).digest()[8:24] != message_key:
            raise Broken("message key")
        salt, session_id, message_id, sequence, length = struct.unpack("<qqqii", plain[:32])
        if self.id not in (None, session_id) or message_id % 4 or message_id <= self._last_client_id:
            raise Broken("session or message id")
        if not 12 <= len(plain) - 32 - length <= 1024:
            raise Broken("padding")
        self.id, self._last_client_id = session_id, message_id
        with BinaryReader(plain[32 : 32 + length]) as reader:
            outer = TLMessage(message_id, sequence, reader.tgread_object())
        return salt == self.salt, list(_unpacked(outer, message_id))

    def result(self, message_id: int, content: bytes) -> bytes:
        """The packet with the answer to a request."""
        return self.message(struct.pack("<Iq", _RPC_RESULT, message_id) + content)

    def message(self, content: bytes, *, is_answer: bool = True) -> bytes:
        """A packet with any message."""
        own_id = max((int(time.time() * (1 << 32)) & ~3) + (1 if is_answer else 3), self._last_own_id + 4)
        self._last_own_id = own_id
        sequence = self._sequence * 2 + 1
        self._sequence += 1
        assert self.id is not None
        plain = struct.pack("<qqqii", self.salt, self.id, own_id, sequence, len(content)) + content
        plain += os.urandom(-(len(plain) + 12) % 16 + 12)
        message_key = sha256(self.key.key[96:128] + plain).digest()[8:24]
        encrypted = AES.encrypt_ige(plain, *MTProtoState._calc_key(self.key.key, message_key, False))
        return struct.pack("<Q", self.key.key_id) + message_key + encrypted


def unencrypted(content: bytes) -> bytes:
    """A packet before there is a key."""
    return struct.pack("<qqi", 0, (int(time.time()) << 32) | 1, len(content)) + content


def read_unencrypted(packet: bytes) -> Any:
    """What a client says before there is a key."""
    with BinaryReader(packet[20 : 20 + struct.unpack("<i", packet[16:20])[0]]) as reader:
        return reader.tgread_object()


def _unpacked(message: TLMessage, outer_id: int) -> Iterator[Incoming]:
    content = message.obj
    if isinstance(content, GzipPacked):
        with BinaryReader(content.data) as reader:
            content = reader.tgread_object()
    if isinstance(content, MessageContainer):
        for inner in content.messages:
            yield from _unpacked(inner, outer_id)
    else:
        yield Incoming(message.msg_id, outer_id, message.seq_no, content)
