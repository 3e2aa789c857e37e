"""A speech-to-text service on the loopback: HTTP, and all that can go wrong with it. What is asked and answered is
the business of a `Service`, which is as strict as the real one (see `transcription_service.py`).
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

_PIECE_BYTES = 64 * 1024
_REASONS = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 413: "Content Too Large", 429: "Too Many Requests"}


@dataclass(frozen=True, slots=True)
class Request:
    """What came: the path with its query, headers in lower case, the whole body."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back."""

    status: int
    body: bytes
    content_type: str = "application/json"


class Service(Protocol):
    """What a request means. What only a careless client would send goes to `complaints`."""

    complaints: list[str]
    largest_bytes: int

    def answer(self, request: Request) -> Answer:
        """The answer to a request to which nothing special happens."""

    def failure(self, status: int) -> Answer:
        """The answer that the service gives with this status."""

    def too_large(self) -> Answer:
        """The answer to more than `largest_bytes`."""


@dataclass(slots=True)
class Reply:
    """What happens to one request: nothing special, unless something is set.

    `status` refuses, perhaps with `retry_after`; `body` is answered in place of what the service would say; `half`
    leaves out the second half of the body, but not of the answer; `reset_after` so many bytes of the upload the line
    is reset; `cut` ends the line in the middle of the answer; `drip_s` is the time between two bytes of the answer;
    `go_on` has to be set before the answer begins, or with `stall_after` before more than so many bytes of the upload
    are read. `stalled` and `arrived` tell how far the upload is, `left` that the client has gone before the answer.
    """

    status: int | None = None
    retry_after: str | None = None
    body: bytes | None = None
    half: bool = False
    reset_after: int | None = None
    stall_after: int | None = None
    cut: bool = False
    drip_s: float | None = None
    latency_s: float = 0.0
    go_on: asyncio.Event | None = None
    stalled: asyncio.Event = field(default_factory=asyncio.Event)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    left: asyncio.Event = field(default_factory=asyncio.Event)


class SpeechServer:
    """The running server. `replies` are used up by the requests in order; after them `choose` says what happens.

    `answered` counts the requests that were transcribed. `bytes_per_s` is how fast an upload is read. `fate`, where
    there is one, says of a request that has come whole what happens to it; `reset_after` then resets its line.
    """

    def __init__(self, service: Service, choose: Callable[[], Reply] = Reply) -> None:
        self.service = service
        self.replies: list[Reply] = []
        self.requests: list[Request] = []
        self.keeps_requests = True
        self.bytes_per_s: float | None = None
        self.answered = 0
        self.fate: Callable[[Request], Reply] | None = None
        self._choose = choose
        self._port = 0
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """Where it is, without a path."""
        return f"http://127.0.0.1:{self._port}"

    def next(self, reply: Reply) -> Reply:
        """This happens to the next request for which nothing else has been said."""
        self.replies.append(reply)
        return reply

    @asynccontextmanager
    async def running(self) -> AsyncIterator["SpeechServer"]:
        """Serve for the time of the block; at its end nothing may be left to complain about."""
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0, limit=4 * _PIECE_BYTES)
        self._port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for task in self._tasks:
                task.cancel()
            if self._tasks:
                await asyncio.wait(self._tasks)
        assert not self.service.complaints, self.service.complaints

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._take(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            return  # The other side has hung up.
        finally:
            writer.close()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request; whether the connection stays open."""
        method, path, headers = _parse(await reader.readuntil(b"\r\n\r\n"))
        reply = self.replies.pop(0) if self.replies else self._choose()
        size = int(headers.get("content-length", -1))
        if size < 0:
            self.service.complaints.append("a body without a length, which many services refuse")
            return False
        if size > self.service.largest_bytes:  # Refused before it has come, as by a proxy.
            await self._send(writer, self.service.too_large(), reply)
            await self._read(reader, size, Reply())
            return False
        body = await self._read(reader, size, reply)
        if body is None:
            writer.transport.abort()
            return False
        request = Request(method, path, headers, body)
        if self.keeps_requests:
            self.requests.append(request)
        reply.arrived.set()
        if self.fate is not None:
            reply = self.fate(request)
            if reply.reset_after is not None:
                writer.transport.abort()
                return False
        return await self._wait(reader, reply) and await self._send(writer, self._answer(request, reply), reply)

    async def _read(self, reader: asyncio.StreamReader, size: int, reply: Reply) -> bytes | None:
        """The upload, None where the line is to be reset in the middle of it."""
        body = bytearray()
        loop = asyncio.get_running_loop()
        begun = loop.time()
        while len(body) < size:
            if self.bytes_per_s is not None:
                await asyncio.sleep(begun + len(body) / self.bytes_per_s - loop.time())
            if reply.reset_after is not None and len(body) >= reply.reset_after:
                return None
            if reply.stall_after is not None and reply.go_on is not None and len(body) >= reply.stall_after:
                reply.stalled.set()
                await reply.go_on.wait()
            try:
                piece = await reader.read(min(_PIECE_BYTES, size - len(body)))
            except ConnectionError:
                piece = b""
            if not piece:
                reply.left.set()
                raise ConnectionResetError
            body += piece
        return bytes(body)

    async def _wait(self, reader: asyncio.StreamReader, reply: Reply) -> bool:
        """Until the answer may begin; False where the client has gone before."""
        if reply.latency_s:
            await asyncio.sleep(reply.latency_s)
        if reply.go_on is None:
            return True
        going_on = asyncio.ensure_future(reply.go_on.wait())
        leaving = asyncio.ensure_future(reader.read(1))
        try:
            await asyncio.wait((going_on, leaving), return_when=asyncio.FIRST_COMPLETED)
            if leaving.done():
                reply.left.set()
            return not leaving.done()
        finally:
            going_on.cancel()
            leaving.cancel()
            await asyncio.wait((going_on, leaving))

    def _answer(self, request: Request, reply: Reply) -> Answer:
        if reply.status is not None:
            return self.service.failure(reply.status)
        answer = self.service.answer(request)
        self.answered += answer.status == 200
        body = answer.body if reply.body is None else reply.body
        return Answer(answer.status, body[: len(body) // 2] if reply.half else body, answer.content_type)

    async def _send(self, writer: asyncio.StreamWriter, answer: Answer, reply: Reply) -> bool:
        """Whether the connection stays open."""
        lines = [
            f"HTTP/1.1 {answer.status} {_REASONS.get(answer.status, 'Trouble')}",
            f"Content-Type: {answer.content_type}",
            f"Content-Length: {len(answer.body)}",
        ]
        if reply.retry_after is not None:
            lines.append(f"Retry-After: {reply.retry_after}")
        writer.write("\r\n".join([*lines, "", ""]).encode())
        if reply.cut:
            writer.write(answer.body[: len(answer.body) // 2])
            await writer.drain()
            return False
        if reply.drip_s is not None:
            for byte in answer.body:
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(reply.drip_s)
            return True
        writer.write(answer.body)
        await writer.drain()
        return True


def _parse(head: bytes) -> tuple[str, str, dict[str, str]]:
    first, *rest = head.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ")
    return method, path, {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
