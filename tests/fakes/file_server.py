"""A web server with one file on the loopback, which answers ranges as RFC 9110 has it, and can do worse.

It is strict: what a careful client wouldn't ask for is an error that the test sees in `complaints`.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

_RANGE = re.compile(r"bytes=(\d+)-(\d+)$")
DATE = "Mon, 23 Nov 2026 10:00:00 GMT"


@dataclass(slots=True)
class Reply:
    """What happens to one request: nothing special, unless something is set.

    `status` answers with that number; `cut_after` closes the line after so many bytes of the body; `other_range`
    sends as much from the file's beginning, and says so.
    """

    status: int | None = None
    retry_after: str | None = None
    cut_after: int | None = None
    other_range: bool = False


class FileServer:
    """The running server. `replies` are used up by the requests in order; after them all is well.

    `ranges` are the first byte and the length of what was asked for. With `knows_ranges` False it is like the one of
    Python's standard library, which sends everything, always.
    """

    def __init__(self, data: bytes | Callable[[int, int], bytes], size: int | None = None) -> None:
        """`data` is the file, or what makes `length` bytes of it from `offset`, for one of `size` bytes."""
        self._read = data if callable(data) else lambda offset, length: data[offset : offset + length]
        self.size = len(data) if isinstance(data, bytes) else size or 0
        self.etag = '"1"'
        self.last_modified = "Sun, 22 Nov 2026 10:00:00 GMT"
        self.knows_ranges = True
        self.says_size = True
        self.latency_s = 0.0
        self.bytes_per_s: float | None = None
        self.replies: list[Reply] = []
        self.ranges: list[tuple[int, int]] = []
        self.complaints: list[str] = []
        self.most_at_once = 0
        self._at_once = 0
        self._port = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._line_is_free_at = 0.0

    @property
    def url(self) -> str:
        """Where the file is. The query is a secret, as that of a signed address."""
        return f"http://127.0.0.1:{self._port}/talks/My%20talk.mp3?token=s3cret"

    @asynccontextmanager
    async def running(self) -> AsyncIterator["FileServer"]:
        """Serve for the time of the block; at its end nothing may be left to complain about."""
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self._port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for task in self._tasks:
                task.cancel()
            if self._tasks:
                await asyncio.wait(self._tasks)
        assert not self.complaints, self.complaints

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                self._at_once += 1
                self.most_at_once = max(self.most_at_once, self._at_once)
                try:
                    if not await self._answer(writer, head.decode("ascii")):
                        break
                finally:
                    self._at_once -= 1
        except (asyncio.IncompleteReadError, ConnectionError):
            return  # The other side has hung up.
        finally:
            writer.close()

    async def _answer(self, writer: asyncio.StreamWriter, head: str) -> bool:
        """Whether the connection stays open."""
        first, *rest = head.split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in rest if line)}
        wanted = _RANGE.match(headers.get("range", ""))
        if not first.startswith("GET /talks/My%20talk.mp3?token=s3cret ") or not wanted:
            self.complaints.append(head)
        if headers.get("accept-encoding") != "identity":
            self.complaints.append("a compressed body has other ranges")
        assert wanted
        offset, last = int(wanted[1]), int(wanted[2])
        self.ranges.append((offset, last - offset + 1))
        reply = self.replies.pop(0) if self.replies else Reply()
        if self.latency_s:
            await asyncio.sleep(self.latency_s)
        if reply.status is not None:
            retry_after = {"Retry-After": reply.retry_after} if reply.retry_after else {}
            return await self._send(writer, reply.status, retry_after, b"sorry")
        if not self.knows_ranges:
            return await self._send(writer, 200, {}, self._read(0, self.size), reply)
        if offset >= self.size:
            return await self._send(writer, 416, {"Content-Range": f"bytes */{self.size}"}, b"")
        if reply.other_range:
            offset, last = 0, last - offset
        last = min(last, self.size - 1)
        span = {"Content-Range": f"bytes {offset}-{last}/{self.size if self.says_size else '*'}"}
        return await self._send(writer, 206, span, self._read(offset, last - offset + 1), reply)

    async def _send(
        self,
        writer: asyncio.StreamWriter,
        status: int,
        headers: dict[str, str],
        body: bytes,
        reply: Reply | None = None,
    ) -> bool:
        headers |= {"Content-Length": str(len(body)), "Date": DATE}
        headers |= {"ETag": self.etag} if self.etag else {}
        headers |= {"Last-Modified": self.last_modified} if self.last_modified else {}
        lines = [f"HTTP/1.1 {status} Whatever", *(f"{name}: {value}" for name, value in headers.items())]
        writer.write("\r\n".join([*lines, "", ""]).encode())
        if reply is not None and reply.cut_after is not None:
            writer.write(body[: reply.cut_after])
            await writer.drain()
            return False
        if self.bytes_per_s:
            await self._take_the_line(len(body) / self.bytes_per_s)
        writer.write(body)
        await writer.drain()
        return True

    async def _take_the_line(self, seconds: float) -> None:
        """All connections share one line, which sends one body after another."""
        now = asyncio.get_running_loop().time()
        self._line_is_free_at = max(now, self._line_is_free_at) + seconds
        await asyncio.sleep(self._line_is_free_at - now)
