"""Telegram's data centres on the loopback, for a real MTProto client: the handshake, a bot's login, files in parts."""

import asyncio
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from telethon.crypto import AuthKey
from telethon.tl import functions, types
from telethon.tl.types import MsgsAck

from tests.fakes.data_centre_answers import Answers
from tests.fakes.data_centre_keys import Handshake, Unfit, trust_test_key
from tests.fakes.data_centre_wire import Broken, Incoming, Packets, Session, read_unencrypted, unencrypted
from tests.fakes.data_centre_world import Refusal, World

_UNKNOWN_KEY = struct.pack("<i", -404)
_WRONG_SALT = 48
_SALT = 0x1234_5678_9ABC


@asynccontextmanager
async def data_centres(world: World, *numbers: int) -> AsyncIterator[list["DataCentre"]]:
    """Data centres of these numbers, and a Telethon that trusts them."""
    distrust = trust_test_key()
    try:
        async with AsyncExitStack() as stack:
            yield [await stack.enter_async_context(DataCentre(number, world).running()) for number in numbers]
    finally:
        distrust()


class DataCentre:
    """One data centre. Its keys outlive their connections, as a session that is kept needs it."""

    def __init__(self, number: int, world: World) -> None:
        self.number = number
        self._world = world
        self._answers = Answers(number, world)
        self._keys: dict[int, AuthKey] = {}
        self._connections: set[_Connection] = set()
        self._left = asyncio.Event()
        self._left.set()
        self.handshakes = 0

    @asynccontextmanager
    async def running(self) -> AsyncIterator["DataCentre"]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self._world.addresses[self.number] = server.sockets[0].getsockname()[:2]
        try:
            yield self
        finally:
            server.close()
            self.cut()
            await self._left.wait()

    def cut(self) -> None:
        """Break all connections."""
        for connection in list(self._connections):
            connection.cut()

    def forget_keys(self) -> None:
        """As when a session is ended from elsewhere and the key destroyed: nobody's key is known any more."""
        self._keys.clear()
        self.cut()

    def log_out(self) -> None:
        """Keys stay, but belong to nobody."""
        self._answers.forget()

    def key(self, key_id: int) -> AuthKey | None:
        return self._keys.get(key_id)

    def agree(self, key: AuthKey) -> None:
        self.handshakes += 1
        self._keys[key.key_id] = key

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = _Connection(self, self._answers, self._world, Packets(reader, writer), writer.transport.abort)
        self._connections.add(connection)
        self._left.clear()
        try:
            await connection.serve()
        finally:
            writer.close()
            self._connections.discard(connection)
            if not self._connections:
                self._left.set()


class _Connection:
    def __init__(
        self, centre: DataCentre, answers: Answers, world: World, packets: Packets, abort: Callable[[], None]
    ) -> None:
        self._centre = centre
        self._answers = answers
        self._world = world
        self._packets = packets
        self._abort = abort
        self._handshake = Handshake.begun()
        self._session: Session | None = None

    def cut(self) -> None:
        self._abort()

    async def serve(self) -> None:
        try:
            async with asyncio.TaskGroup() as answering:
                while True:
                    for incoming in self._opened(await self._packets.receive()):
                        answering.create_task(self._answer(incoming))
                    await self._packets.drain()
        except* (Broken, Unfit, OSError, asyncio.IncompleteReadError):
            self.cut()

    def _opened(self, packet: bytes) -> list[Incoming]:
        key_id = struct.unpack("<Q", packet[:8])[0]
        if not key_id:
            self._packets.send(unencrypted(bytes(self._handshake.answer(read_unencrypted(packet)))))
            if self._handshake.key is not None:
                self._centre.agree(self._handshake.key)
            return []
        key = self._centre.key(key_id)
        if key is None:
            self._packets.send(_UNKNOWN_KEY)
            return []
        if self._session is None:
            self._session = Session(key, _SALT)
        is_salt_right, found = self._session.open(packet)
        if is_salt_right:
            return found
        bad = types.BadServerSalt(found[0].outer_id, found[0].sequence, _WRONG_SALT, _SALT)
        self._packets.send(self._session.message(bytes(bad)))
        return []

    async def _answer(self, incoming: Incoming) -> None:
        assert self._session is not None
        request = incoming.content
        if isinstance(request, MsgsAck):
            return
        if isinstance(request, functions.PingRequest):
            self._packets.send(self._session.message(bytes(types.Pong(incoming.message_id, request.ping_id))))
            return
        is_part = isinstance(_innermost(request), functions.upload.GetFileRequest)
        if is_part and await self._goes_wrong():
            return
        world = self._world
        world.in_flight += is_part
        world.most_in_flight = max(world.most_in_flight, world.in_flight)
        if is_part:
            await world.wait_for_crowd()
        if world.faults.latency_s:
            await asyncio.sleep(world.faults.latency_s)
        world.in_flight -= is_part
        try:
            answer = self._answers.answer(self._session.key.key_id, request)
        except Refusal as refusal:
            answer = bytes(types.RpcError(refusal.code, refusal.name))
        self._packets.send(self._session.result(incoming.message_id, answer))

    async def _goes_wrong(self) -> bool:
        """Whether this request for a part gets no answer."""
        faults = self._world.faults
        self._world.asked_for_part.set()
        if faults.silent:
            faults.silent -= 1
            return True
        if faults.cut_after:
            if faults.cut_after[0] == 0:
                faults.cut_after.popleft()
                self.cut()
                return True
            faults.cut_after[0] -= 1
        return False


def _innermost(request: Any) -> Any:
    while hasattr(request, "query"):
        request = request.query
    return request
