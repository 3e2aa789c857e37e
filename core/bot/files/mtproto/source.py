"""One file over MTProto: its parts, and its location."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, Protocol

from telethon.errors import FileMigrateError
from telethon.tl.functions import channels, messages
from telethon.tl.functions.upload import GetFileRequest
from telethon.tl.types import Document, InputChannel, InputDocumentFileLocation, InputMessageID
from telethon.tl.types.upload import File

from core.bot.files.attachments import TelegramFile
from core.bot.files.file_id import FileLocation, location_in
from core.bot.files.mtproto.account import HOME
from core.bot.files.mtproto.errors import REQUEST_ERRORS, STALE_FILE_REFERENCE, reading_error
from core.concurrency.retry import RetryPolicy
from core.domain.errors import SourceInterrupted, SourceMissing
from core.domain.identity import ContentHash, IdentityAlias
from core.media import SourceInfo
from core.media.hashing import hash_source

PART_BYTES = 512 * 1024
"""The size that other clients request. A part may not cross a boundary of 1 MiB."""

_STEP_BYTES = 1024
_READ_AHEAD_BYTES = 24 * PART_BYTES
_MAX_RELOCATIONS = 4
"""How often a file's location may change while one part is fetched."""

_CHANNELS_BELOW = -1_000_000_000_000
"""https://core.telegram.org/api/bots/ids: ids of channels and supergroups are below this."""


class RequestSender(Protocol):
    """Sends requests; `MtprotoDownloads` is the implementation."""

    async def send_request(self, request: Any, data_centre: int, name: str) -> Any:
        """Send a request and return the response. Raises `REQUEST_ERRORS`, `SourceInterrupted` and `BotError`."""

    async def release(self) -> None:
        """Note that this file is closed."""


class MtprotoSource:
    """A file that was sent to the bot, read in ranges."""

    def __init__(
        self, requests: RequestSender, file: TelegramFile, name: str, *, pause: Callable[[float], Awaitable[None]]
    ) -> None:
        self._requests = requests
        self._file = file
        identity = IdentityAlias(f"telegram:{file.unique_id}")
        self._info = SourceInfo(name, file.size_bytes, identity, read_ahead_bytes=_READ_AHEAD_BYTES)
        self._pause = pause
        self._retry = RetryPolicy()
        self._location = location_in(file.file_id)
        self._lookup_lock = asyncio.Lock()
        self._is_open = True

    @property
    def info(self) -> SourceInfo:
        """What Telegram said of the file. The size is 0 until `learn_size` where the message didn't tell it."""
        return self._info

    async def learn_size(self) -> None:
        """Ask how many bytes there are. Raises what `read_range` raises."""
        await self._with_retries(lambda: self._look_up(self._location))

    async def read_range(self, offset: int, length: int) -> bytes:
        """The bytes from `offset`; fewer than `length` only at the end.

        Raises `SourceError` and its children, and `BotError` where Telegram doesn't let the bot in.
        """
        end = min(offset + length, self._info.size_bytes)
        if offset >= end:
            return b""
        starts = [offset, *range(offset - offset % PART_BYTES + PART_BYTES, end, PART_BYTES)]
        ranges = list(zip(starts, [*starts[1:], end], strict=True))
        if len(ranges) == 1:
            return await self._read_part(offset, end)
        try:
            async with asyncio.TaskGroup() as reads:
                parts = [reads.create_task(self._read_part(*each)) for each in ranges]
        except BaseExceptionGroup as failures:
            raise failures.exceptions[0] from failures
        return b"".join(part.result() for part in parts)

    async def content_hash(self) -> ContentHash:
        """SHA-256 of all its bytes. Raises what `read_range` raises."""
        return await hash_source(self)

    async def close(self) -> None:
        """Release the connections."""
        if self._is_open:
            self._is_open = False
            await self._requests.release()

    async def _read_part(self, start: int, end: int) -> bytes:
        """Bytes of one part. The requested range is larger, because it has to begin and end at a whole KiB."""
        before = start % _STEP_BYTES
        limit = end - start + before
        limit += -limit % _STEP_BYTES
        data: bytes = await self._with_retries(lambda: self._fetch(start - before, limit))
        return data[before : before + end - start]

    async def _with_retries(self, attempt_once: Callable[[], Awaitable[Any]]) -> Any:
        attempt = 0
        while True:
            attempt += 1
            try:
                return await attempt_once()
            except SourceInterrupted as error:
                delay_s = self._retry.delay_s(error, attempt)
                # A flood wait is raised, so that the queue does other jobs meanwhile.
                if delay_s is None or error.retry_after_s is not None:
                    raise
            except REQUEST_ERRORS as error:
                failure = reading_error(error, self._info.name)
                delay_s = self._retry.delay_s(failure, attempt)
                if delay_s is None:
                    raise failure from error
            await self._pause(delay_s)

    async def _fetch(self, offset: int, limit: int) -> bytes:
        """Request a part, and again where the location turns out to be outdated."""
        for _ in range(_MAX_RELOCATIONS):
            place = self._location or await self._look_up(None)
            location = InputDocumentFileLocation(place.id, place.access_hash, place.reference, "")
            request = GetFileRequest(location, offset, limit, precise=True)
            try:
                answer = await self._requests.send_request(request, place.data_centre, self._info.name)
            except STALE_FILE_REFERENCE:
                await self._look_up(place)
            except FileMigrateError as error:
                self._location = replace(place, data_centre=int(error.new_dc))
            else:
                if not isinstance(answer, File):
                    break
                data = bytes(answer.bytes)
                if len(data) < min(limit, self._info.size_bytes - offset):
                    break
                return data
        raise SourceInterrupted(name=self._info.name)

    async def _look_up(self, known: FileLocation | None) -> FileLocation:
        """Look up the location in the message, unless it isn't `known` any more. Raises what `_fetch` raises."""
        async with self._lookup_lock:
            if self._location is not None and self._location != known:
                return self._location
            answer = await self._requests.send_request(self._message_request(), HOME, self._info.name)
            message = answer.messages[0] if answer.messages else None
            document = getattr(getattr(message, "media", None), "document", None)
            is_other = known is not None and document is not None and document.id != known.id
            if not isinstance(document, Document) or is_other:
                raise SourceMissing(name=self._info.name)
            if not self._info.size_bytes:
                self._info = replace(self._info, size_bytes=int(document.size))
            self._location = FileLocation(
                int(document.dc_id), int(document.id), int(document.access_hash), bytes(document.file_reference)
            )
            return self._location

    def _message_request(self) -> Any:
        """A request for the message. A bot needs no access hash of a channel, which the Bot API doesn't tell."""
        chat_id, message_id = self._file.chat_id, self._file.message_id
        if chat_id < _CHANNELS_BELOW:
            return channels.GetMessagesRequest(InputChannel(_CHANNELS_BELOW - chat_id, 0), [InputMessageID(message_id)])
        return messages.GetMessagesRequest([InputMessageID(message_id)])
