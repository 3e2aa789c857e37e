"""The files that people and the bot send, as the Bot API knows them."""

import hashlib
import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from tests.fakes.bot_api_wire import bad_request

LARGEST_DOWNLOAD_BYTES = 20 * 1024 * 1024
_FOLDERS = {
    "voice": ("voice", "oga"),
    "audio": ("music", "mp3"),
    "video": ("videos", "mp4"),
    "video_note": ("video_notes", "mp4"),
    "document": ("documents", "bin"),
    "animation": ("animations", "mp4"),
    "sticker": ("stickers", "webp"),
    "photo": ("photos", "jpg"),
}
_CHUNK_BYTES = 1 << 16


class Content(Protocol):
    """What is in a file."""

    @property
    def size_bytes(self) -> int: ...

    def read(self, start: int, stop: int) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Held:
    """Content that is held in memory."""

    data: bytes = field(repr=False)

    @property
    def size_bytes(self) -> int:
        return len(self.data)

    def read(self, start: int, stop: int) -> bytes:
        return self.data[start:stop]


@dataclass(frozen=True, slots=True)
class Synthetic:
    """As many bytes as one likes, held nowhere: each is made of its place."""

    size_bytes: int

    def read(self, start: int, stop: int) -> bytes:
        stop = min(stop, self.size_bytes)
        pattern = bytes(range(251))
        first = start % len(pattern)
        count = max(0, stop - start)
        return (pattern * ((first + count) // len(pattern) + 1))[first : first + count]


@dataclass(frozen=True, slots=True)
class Media:
    """Something to be sent: `kind` is that of the Bot API; `details` its fields beside those of the file.

    `declared_size` False: the message tells no size, as it sometimes doesn't.
    """

    kind: str
    content: Content
    details: Mapping[str, Any]
    file_unique_id: str | None = None
    declared_size: bool = True


def media(
    kind: str,
    data: bytes | Content,
    *,
    file_unique_id: str | None = None,
    declared_size: bool = True,
    **details: Any,
) -> Media:
    """What is sent, from its bytes or a `Synthetic`."""
    content = Held(data) if isinstance(data, bytes) else data
    given = {name: value for name, value in details.items() if value is not None}
    return Media(kind, content, given, file_unique_id, declared_size)


@dataclass(slots=True)
class StoredFile:
    """A file of the service. `path` is where the bot fetches it, after it has asked."""

    file_id: str
    file_unique_id: str
    kind: str
    name: str
    content: Content
    path: str = ""

    @property
    def data(self) -> bytes:
        return self.content.read(0, self.content.size_bytes)

    def chunks(self, start: int, stop: int) -> Iterator[bytes]:
        for offset in range(start, stop, _CHUNK_BYTES):
            yield self.content.read(offset, min(offset + _CHUNK_BYTES, stop))


class Files:
    """All files. With a `local_folder` it is a Bot API server of one's own, started with `--local`."""

    def __init__(self, local_folder: Path | None, largest_bytes: Callable[[], int]) -> None:
        self._local_folder = local_folder
        self._largest_bytes = largest_bytes
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}
        self._path_numbers = itertools.count()

    def store(self, sent: Media) -> tuple[StoredFile, dict[str, Any]]:
        """Keep a file, under a new id; its second part is what a message says of it."""
        unique = sent.file_unique_id or _unique_id(sent.content)
        number = len(self._by_id)
        file_id = f"AgADBAAD{number:04d}-{unique}"
        name = str(sent.details.get("file_name", ""))
        self._by_id[file_id] = stored = StoredFile(file_id, unique, sent.kind, name, sent.content)
        told: dict[str, Any] = {"file_id": file_id, "file_unique_id": unique, **sent.details}
        if sent.declared_size:
            told["file_size"] = sent.content.size_bytes
        return stored, told

    def copy(self, told: Mapping[str, Any]) -> dict[str, Any]:
        """What a forwarded message says of the same file: it gets another id."""
        original = self._by_id[told["file_id"]]
        number = len(self._by_id)
        file_id = f"AgADBAAD{number:04d}-{original.file_unique_id}"
        self._by_id[file_id] = StoredFile(
            file_id, original.file_unique_id, original.kind, original.name, original.content
        )
        return {**told, "file_id": file_id}

    def by_id(self, file_id: str) -> StoredFile:
        """Raises `Refusal` if there is no such file."""
        stored = self._by_id.get(file_id)
        if stored is None:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        return stored

    def by_path(self, path: str) -> StoredFile | None:
        return None if self._local_folder else self._by_path.get(path)

    def get_file(self, file_id: str) -> dict[str, Any]:
        """The answer to getFile; only a local server gives away large files, and it writes them to its folder.

        Raises:
            Refusal: there is no such file, or it is too big.
        """
        stored = self.by_id(file_id)
        if stored.content.size_bytes > self._largest_bytes() and self._local_folder is None:
            raise bad_request("file is too big")
        if not stored.path:
            folder, ending = _FOLDERS[stored.kind]
            ending = stored.name.rpartition(".")[2] if "." in stored.name else ending
            relative = f"{folder}/file_{next(self._path_numbers)}.{ending}"
            self._by_path[relative] = stored
            stored.path = self._written(stored, relative) if self._local_folder else relative
        return {
            "file_id": stored.file_id,
            "file_unique_id": stored.file_unique_id,
            "file_size": stored.content.size_bytes,
            "file_path": stored.path,
        }

    def forget_paths(self) -> None:
        """What happens an hour after a file was asked for: it has to be asked for again."""
        self._by_path.clear()
        for stored in self._by_id.values():
            stored.path = ""

    def _written(self, stored: StoredFile, relative: str) -> str:
        assert self._local_folder is not None
        path = self._local_folder.resolve() / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.writelines(stored.chunks(0, stored.content.size_bytes))
        return str(path)


def _unique_id(content: Content) -> str:
    sample = content.read(0, 1 << 20)
    return "Ag" + hashlib.sha256(f"{content.size_bytes}:".encode() + sample).hexdigest()[:14]
