"""A model hub on the loopback: serves tiny made-up models the way huggingface.co serves real ones.

A file is asked for at `/{repository}/resolve/{revision}/{file}` and answered with a redirect to another path, as the
hub sends people to its CDN. Ranges work. It is strict: a path, revision or method that the hub wouldn't know is an
error that the test sees in `complaints`. What goes wrong is scripted by file name with `Trouble`.
"""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from core.providers.on_device.model_catalogue import CatalogueModel, PinnedFile

_REVISION = "0123456789abcdef0123456789abcdef01234567"
_RANGE = re.compile(r"bytes=(\d+)-$")
_REASONS = {200: "OK", 206: "Partial Content", 302: "Found", 404: "Not Found", 416: "Range Not Satisfiable"}


@dataclass(slots=True)
class Trouble:
    """What happens to the requests for one file; `times` counts them down, then all is well.

    `status` answers with that number instead; `cut_after` closes the line after so many bytes of the body;
    `wrong_bytes` sends as many bytes, but others; `ignore_range` sends the whole file; `pause_after` sends so many
    bytes and then nothing until `go_on` is set; `too_long` sends more than the file holds.
    """

    times: int = 1
    status: int | None = None
    retry_after: str | None = None
    cut_after: int | None = None
    wrong_bytes: bool = False
    ignore_range: bool = False
    too_long: bool = False
    pause_after: int | None = None
    paused: asyncio.Event = field(default_factory=asyncio.Event)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True, slots=True)
class Request:
    """A request that the CDN path got: the file's name and the first byte asked for (None without a range)."""

    file: str
    first_byte: int | None


def made_up_model(name: str, files: Mapping[str, bytes], *, english_only: bool = False) -> CatalogueModel:
    """A catalogue entry for files with this content."""
    pinned = tuple(PinnedFile(file, len(data), hashlib.sha256(data).hexdigest()) for file, data in files.items())
    return CatalogueModel(name, f"Maker/{name}", _REVISION, english_only, pinned)


class ModelHub:
    """The running hub. `requests` are the downloads that reached the CDN path, in order."""

    def __init__(self, models: Mapping[CatalogueModel, Mapping[str, bytes]]) -> None:
        self._content = {
            f"/{model.repository}/resolve/{model.revision}/{file}": data
            for model, files in models.items()
            for file, data in files.items()
        }
        self._port = 0
        self.troubles: dict[str, Trouble] = {}
        self.requests: list[Request] = []
        self.complaints: list[str] = []

    @property
    def url(self) -> str:
        """What the library is given as the hub's address."""
        return f"http://127.0.0.1:{self._port}"

    @asynccontextmanager
    async def running(self) -> AsyncIterator["ModelHub"]:
        """Serve for the time of the block; at its end nothing may be left to complain about."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self._port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            for trouble in self.troubles.values():
                trouble.go_on.set()
            server.close()
            await server.wait_closed()
        assert not self.complaints, self.complaints

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                method, path, headers = _parse(head)
                if not await self._answer(writer, method, path, headers):
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            return  # The other side has hung up.
        finally:
            writer.close()

    async def _answer(self, writer: asyncio.StreamWriter, method: str, path: str, headers: Mapping[str, str]) -> bool:
        """Whether the connection stays open."""
        if method != "GET" or headers.get("accept-encoding") != "identity":
            self.complaints.append(f"{method} {path} {headers}")
        if path.startswith("/cdn"):
            return await self._send_file(writer, path.removeprefix("/cdn"), headers.get("range"))
        if path not in self._content:
            self.complaints.append(f"no such file: {path}")
            return await _send(writer, 404, {}, b"")
        return await _send(writer, 302, {"Location": f"/cdn{path}"}, b"")

    async def _send_file(self, writer: asyncio.StreamWriter, path: str, wanted: str | None) -> bool:
        data = self._content[path]
        name = path.rsplit("/", 1)[-1]
        trouble = self._trouble(name)
        first = _first_byte(wanted)
        self.requests.append(Request(name, first))
        if trouble.status is not None:
            headers = {"Retry-After": trouble.retry_after} if trouble.retry_after else {}
            return await _send(writer, trouble.status, headers, b"sorry")
        if first is not None and first >= len(data):
            return await _send(writer, 416, {"Content-Range": f"bytes */{len(data)}"}, b"")
        if trouble.wrong_bytes:
            data = bytes(byte ^ 0xFF for byte in data)
        if trouble.too_long:
            data += b"and more"
        if first is None or trouble.ignore_range:
            return await _send(writer, 200, {}, data, trouble)
        span = f"bytes {first}-{len(data) - 1}/{len(data)}"
        return await _send(writer, 206, {"Content-Range": span}, data[first:], trouble)

    def _trouble(self, name: str) -> Trouble:
        trouble = self.troubles.get(name)
        if trouble is None or trouble.times == 0:
            return Trouble()
        trouble.times -= 1
        return trouble


async def _send(
    writer: asyncio.StreamWriter, status: int, headers: Mapping[str, str], body: bytes, trouble: Trouble | None = None
) -> bool:
    lines = [f"HTTP/1.1 {status} {_REASONS.get(status, 'Trouble')}", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    writer.write("\r\n".join([*lines, "", ""]).encode())
    if trouble and trouble.cut_after is not None:
        writer.write(body[: trouble.cut_after])
        await writer.drain()
        return False
    if trouble and trouble.pause_after is not None:
        writer.write(body[: trouble.pause_after])
        await writer.drain()
        trouble.paused.set()
        await trouble.go_on.wait()
        body = body[trouble.pause_after :]
    writer.write(body)
    await writer.drain()
    return True


def _parse(head: bytes) -> tuple[str, str, dict[str, str]]:
    first, *rest = head.decode("ascii").split("\r\n")
    method, path, _ = first.split(" ")
    pairs = (line.split(": ", 1) for line in rest if line)
    return method, path, {name.lower(): value for name, value in pairs}


def _first_byte(wanted: str | None) -> int | None:
    if wanted is None:
        return None
    match = _RANGE.match(wanted)
    assert match, f"not a range the client should ask for: {wanted}"
    return int(match.group(1))
