"""The interface of everything that a recording's bytes are read from."""

from dataclasses import dataclass
from typing import Protocol

from core.domain.identity import ContentHash, IdentityAlias

_LOCAL_READ_AHEAD_BYTES = 1024 * 1024
"""Enough for a disk."""


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What is known of a source before its bytes are read.

    `name` is what people call the recording. `identity` is a name for the content that is known without its bytes, None
    where only reading them tells. `read_ahead_bytes` is how much should be requested at once, so that the latency of a
    remote source isn't waited for at every range. With `comes_whole` all of it is fetched as soon as any of it is, and
    kept, so that reading it again costs nothing. With `is_forward_only` a range that was read long ago can't be read
    again, as of a web server that sends everything once.
    """

    name: str
    size_bytes: int
    identity: IdentityAlias | None = None
    read_ahead_bytes: int = _LOCAL_READ_AHEAD_BYTES
    comes_whole: bool = False
    is_forward_only: bool = False


class MediaSource(Protocol):
    """Bytes with ranged reads, so that an index at a file's end is no obstacle."""

    @property
    def info(self) -> SourceInfo:
        """Name, size and how to read it."""

    async def read_range(self, offset: int, length: int) -> bytes:
        """The bytes from `offset`; fewer than `length` only at the end. Raises `SourceError` and its children."""

    async def content_hash(self) -> ContentHash:
        """SHA-256 of all its bytes. Raises `SourceError` and its children."""

    async def close(self) -> None:
        """Release files, connections and memory."""


class OwnedSource:
    """An open source with one owner at a time. The owner may hand it over, once; the last owner closes it."""

    def __init__(self, source: MediaSource) -> None:
        self.source = source
        self._is_owned = True

    def hand_over(self) -> MediaSource | None:
        """The source, for the caller to close; None where it has been handed over or closed before."""
        if not self._is_owned:
            return None
        self._is_owned = False
        return self.source

    async def close(self) -> None:
        """Close the source unless it has been handed over; more than once does no harm."""
        if self._is_owned:
            self._is_owned = False
            await self.source.close()
