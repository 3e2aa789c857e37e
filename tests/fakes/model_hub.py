"""A model hub on the loopback: serves tiny made-up models the way huggingface.co serves real ones.

A file is asked for at `/{repository}/resolve/{revision}/{file}` and answered with a redirect to a server with another
port, as the hub sends people to its CDN. Ranges work. `/api/models/{repository}/revision/{revision}?blobs=true` tells
of a repository's files. It is strict: a path, revision or method that the hub wouldn't know, a token that is wrong,
missing for a private repository or sent to the CDN, is an error that the test sees in `complaints`. What goes wrong is
scripted by file name with `Trouble`.
"""

import asyncio
import hashlib
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

from core.providers.on_device.models.catalogue import CatalogueModel, PinnedFile
from core.providers.on_device.models.download import DownloadTools
from core.providers.on_device.models.hub import Hub

_REVISION = "0123456789abcdef0123456789abcdef01234567"
_PLENTY = 10**12
_LARGEST_IN_GIT = 1_000_000
"""From about 10 MB on the hub keeps files outside of Git, and tells their SHA-256; here less is enough."""
_RANGE = re.compile(r"bytes=(\d+)-$")
_REASONS = {
    200: "OK",
    206: "Partial Content",
    302: "Found",
    401: "Unauthorized",
    404: "Not Found",
    416: "Range Not Satisfiable",
}


_Answer = Callable[[asyncio.StreamWriter, str, Mapping[str, str]], Awaitable[bool]]


_INVERTED = bytes(byte ^ 0xFF for byte in range(256))


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
    """The running hub. `requests` are the downloads that reached the CDN, in order.

    With a `token`, requests that don't have it are refused.
    """

    def __init__(self, models: Mapping[CatalogueModel, Mapping[str, bytes]], *, token: str = "") -> None:
        self._repositories = {model.repository: (model.revision, files) for model, files in models.items()}
        self._token = token
        self._cdn_port = 0
        self.answers: dict[str, bytes] = {}
        """What is answered about a repository in place of the truth."""
        self._content = {
            f"/{place.repository}/resolve/{place.revision}/{place.path}": files[file.name]
            for model, files in models.items()
            for file in model.files
            for place in [model.place_of(file)]
        }
        self._port = 0
        self.refusal: tuple[int, Mapping[str, str]] | None = None
        """The status and the headers with which the hub itself answers everything."""
        self.troubles: dict[str, Trouble] = {}
        self.requests: list[Request] = []
        self.complaints: list[str] = []

    @property
    def url(self) -> str:
        """What the library is given as the hub's address."""
        return f"http://127.0.0.1:{self._port}"

    def tools(self, *, room: int = _PLENTY, token: str = "") -> DownloadTools:
        """What a library is given to fetch from here; `room` is what is free on the disk."""
        return DownloadTools(lambda: Hub(self.url, token), free_space=lambda folder: room)

    @asynccontextmanager
    async def running(self) -> AsyncIterator["ModelHub"]:
        """Serve for the time of the block; at its end nothing may be left to complain about."""
        server = await asyncio.start_server(partial(self._serve, self._answer), "127.0.0.1", 0)
        cdn = await asyncio.start_server(partial(self._serve, self._answer_of_cdn), "127.0.0.1", 0)
        self._port = server.sockets[0].getsockname()[1]
        self._cdn_port = cdn.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            for trouble in self.troubles.values():
                trouble.go_on.set()
            for each in (server, cdn):
                each.close()
                await each.wait_closed()
        assert not self.complaints, self.complaints

    async def _serve(self, answer: _Answer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                method, path, headers = _parse(head)
                if method != "GET" or headers.get("accept-encoding") != "identity":
                    self.complaints.append(f"{method} {path} {headers}")
                if not await answer(writer, path, headers):
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            return  # The other side has hung up.
        finally:
            writer.close()

    async def _answer(self, writer: asyncio.StreamWriter, path: str, headers: Mapping[str, str]) -> bool:
        """Whether the connection stays open."""
        if self.refusal is not None:
            return await _send(writer, *self.refusal, b"sorry")
        told = headers.get("authorization", "")
        if told != (f"Bearer {self._token}" if self._token else ""):
            return await _send(writer, 401, {}, b'{"error":"Invalid username or password."}')
        if described := re.fullmatch(r"/api/models/([^/]+/[^/]+)/revision/([^/?]+)\?blobs=true", path):
            return await self._describe(writer, described[1], described[2])
        if path not in self._content:
            self.complaints.append(f"no such file: {path}")
            return await _send(writer, 404, {}, b"")
        return await _send(writer, 302, {"Location": f"http://127.0.0.1:{self._cdn_port}{path}"}, b"")

    async def _answer_of_cdn(self, writer: asyncio.StreamWriter, path: str, headers: Mapping[str, str]) -> bool:
        if "authorization" in headers:
            self.complaints.append("the token was sent to the CDN")
        return await self._send_file(writer, path, headers.get("range"))

    async def _describe(self, writer: asyncio.StreamWriter, repository: str, revision: str) -> bool:
        """https://huggingface.co/docs/hub/api, `GET /api/models/{repo_id}/revision/{revision}`, with `blobs`."""
        commit, files = self._repositories.get(repository, ("", {}))
        if revision not in (commit, "main") or not commit:
            return await _send(writer, 404, {}, b'{"error":"Repository not found"}')
        answer = {
            "id": repository,
            "sha": commit,
            "siblings": [_sibling(name, data) for name, data in files.items()],
        }
        return await _send(writer, 200, {}, self.answers.get(repository, json.dumps(answer).encode()))

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
            data = data.translate(_INVERTED)
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


def _sibling(name: str, data: bytes) -> dict[str, object]:
    blob = hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
    told: dict[str, object] = {"rfilename": name, "size": len(data), "blobId": blob}
    if len(data) > _LARGEST_IN_GIT:
        told["lfs"] = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data), "pointerSize": 134}
    return told


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
