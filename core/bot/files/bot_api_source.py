"""A recording in Telegram, fetched through the Bot API when they are first read, and kept in memory.

https://core.telegram.org/bots/api#getfile
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import aiohttp
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.exceptions import AiogramError, TelegramBadRequest, TelegramEntityTooLarge, TelegramRetryAfter

from core.bot.api.responses import integer_field, response_of, text_field
from core.bot.files.attachments import TelegramFile
from core.concurrency.retry import RetryPolicy
from core.domain.errors import (
    EmptyFile,
    SourceError,
    SourceInterrupted,
    SourceMissing,
    TelegramFileGone,
    TelegramFileTooLarge,
    TelegramFileUnavailable,
)
from core.domain.identity import ContentHash, IdentityAlias
from core.media import FileSource, SourceInfo
from core.media.hashing import hash_source

logger = logging.getLogger(__name__)

T = TypeVar("T")

MAX_DOWNLOAD_BYTES = 20 * 1024 * 1024
"""The Bot API's limit for downloads: https://core.telegram.org/bots/api#getfile"""

_PIECE_BYTES = 64 * 1024
_LOCAL_SERVER_TIMEOUT_S = 1800
"""A self-hosted server responds to getFile only once it has fetched the file."""

_CONNECT_S = 15.0
_SILENCE_S = 30.0

_MAX_DELAY_S = 20.0
"""Before a longer delay the job gives up its worker, and the queue retries it."""

_MAX_RETRY_AFTER_S = 3600.0

_TOO_LARGE = "too big"
_GONE = ("invalid file", "wrong file", "file_id", "file identifier", "file_reference", "file reference")
_TEMPORARY = "temporarily"
"""Parts of the descriptions of refused getFile requests, which have no codes. "wrong file_id or the file is temporarily
unavailable" is ambiguous, so it is retried."""


class BotApiSource:
    """A file of up to `MAX_DOWNLOAD_BYTES`, or one that a Bot API server on this computer has fetched."""

    def __init__(
        self, bot: Bot, file: TelegramFile, name: str, *, is_local: bool, pause: Callable[[float], Awaitable[None]]
    ) -> None:
        self._bot = bot
        self._file = file
        # All of it comes in one download, except from a server on this computer, where it is a file on the disk.
        self._info = SourceInfo(
            name,
            file.size_bytes,
            IdentityAlias(f"telegram:{file.unique_id}"),
            read_ahead_bytes=MAX_DOWNLOAD_BYTES,
            comes_whole=not is_local,
        )
        self._is_local = is_local
        self._pause = pause
        self._retry = RetryPolicy()
        self._data = bytearray()
        self._grown = asyncio.Event()
        self._fetching: asyncio.Task[None] | None = None
        self._on_disk: FileSource | None = None
        self._opening = asyncio.Lock()

    @property
    def info(self) -> SourceInfo:
        """What Telegram said of the file. The size is 0 until `learn_size` where the message didn't tell it."""
        return self._info

    async def learn_size(self) -> None:
        """Ask how many bytes there are. Raises `SourceError` and its children."""
        await self._with_retries(self._path)

    async def read_range(self, offset: int, length: int) -> bytes:
        """The bytes from `offset`; fewer than `length` only at the end. Raises `SourceError` and its children."""
        if self._is_local:
            return await (await self._local()).read_range(offset, length)
        if self._fetching is None:
            self._fetching = asyncio.create_task(self._fetch(), name="telegram-file")
        end = min(offset + length, self._info.size_bytes or offset + length)
        while len(self._data) < end and not self._fetching.done():
            self._grown.clear()
            growing = asyncio.ensure_future(self._grown.wait())
            try:
                await asyncio.wait([growing, self._fetching], return_when=asyncio.FIRST_COMPLETED)
            finally:
                growing.cancel()
        if len(self._data) < end:
            self._fetching.result()  # Raises what went wrong.
        return bytes(self._data[offset : offset + length])

    async def content_hash(self) -> ContentHash:
        """SHA-256 of all its bytes. Raises `SourceError` and its children."""
        return await hash_source(self)

    async def close(self) -> None:
        """Stop fetching, and free the memory."""
        if self._fetching is not None:
            self._fetching.cancel()
            await asyncio.wait([self._fetching])
            if not self._fetching.cancelled():
                self._fetching.exception()  # Marked as retrieved: readers got the error.
        self._data.clear()
        if self._on_disk is not None:
            await self._on_disk.close()

    async def _fetch(self) -> None:
        """Fetch the whole file, and resume where the connection is lost."""

        async def step() -> None:
            await self._fetch_missing_bytes(await self._path())

        await self._with_retries(step)

    async def _with_retries(self, step: Callable[[], Awaitable[T]]) -> T:
        """Call `step`, and again after transient errors. Raises `SourceError` and its children."""
        attempt = 0
        while True:
            attempt += 1
            try:
                return await step()
            except SourceInterrupted as error:
                delay_s = self._retry.delay_s(error, attempt)
                if delay_s is None or delay_s > _MAX_DELAY_S:
                    raise
                await self._pause(delay_s)

    async def _fetch_missing_bytes(self, path: str) -> None:
        """Fetch the missing bytes. aiohttp's errors aren't chained: they hold the URL, which holds the token."""
        session = self._bot.session
        assert isinstance(session, AiohttpSession)
        address = session.api.file_url(self._bot.token, path)
        headers = {"Range": f"bytes={len(self._data)}-"} if self._data else {}
        timeout = aiohttp.ClientTimeout(total=None, connect=_CONNECT_S, sock_read=_SILENCE_S)
        failure: SourceError | EmptyFile | None = None
        try:
            client = await session.create_session()
            async with client.get(address, headers=headers, timeout=timeout) as answer:
                if answer.status not in (200, 206):
                    failure = self._refusal(answer)
                else:
                    if answer.status == 200:
                        self._data.clear()
                    async for piece in answer.content.iter_chunked(_PIECE_BYTES):
                        self._append(piece)
        except (aiohttp.ClientError, ValueError, TimeoutError):  # ValueError: the path makes no URL.
            failure = SourceInterrupted(name=self._info.name)
        if failure is None and len(self._data) < self._info.size_bytes:
            failure = SourceInterrupted(name=self._info.name)
        if failure is None and not self._data:
            failure = EmptyFile(name=self._info.name)
        if failure is not None:
            raise failure

    def _refusal(self, answer: aiohttp.ClientResponse) -> TelegramFileUnavailable:
        """The error of a refused download. The next attempt requests a new path; 404 means that the last one expired.

        https://core.telegram.org/bots/api#getfile
        """
        logger.info("Telegram refuses a download: status %d", answer.status)
        if answer.status == 416:  # The file is shorter than the bytes so far.
            self._data.clear()
        return TelegramFileUnavailable(
            name=self._info.name, retry_after_s=_seconds(answer.headers.get("Retry-After", ""))
        )

    def _append(self, piece: bytes) -> None:
        if len(self._data) + len(piece) > MAX_DOWNLOAD_BYTES:
            raise TelegramFileTooLarge(name=self._info.name, megabytes=MAX_DOWNLOAD_BYTES // 1024**2)
        self._data += piece
        self._grown.set()

    async def _path(self) -> str:
        """Request the file's path, which is valid for an hour."""
        failure: SourceError
        try:
            answer = await response_of(
                self._bot.get_file(
                    self._file.file_id, request_timeout=_LOCAL_SERVER_TIMEOUT_S if self._is_local else None
                )
            )
        except TelegramRetryAfter as error:
            wait_s = min(float(error.retry_after), _MAX_RETRY_AFTER_S)
            failure = TelegramFileUnavailable(name=self._info.name, retry_after_s=wait_s)
        except TelegramEntityTooLarge:
            failure = TelegramFileTooLarge(name=self._info.name, megabytes=MAX_DOWNLOAD_BYTES // 1024**2)
        except TelegramBadRequest as error:
            logger.info("Telegram refuses getFile: %s", error.message)
            failure = self._specific_error(error.message.lower())
        except AiogramError as error:
            logger.info("Telegram refuses getFile: %s", type(error).__name__)
            failure = SourceInterrupted(name=self._info.name)
        else:
            if not self._info.size_bytes:
                self._info = replace(self._info, size_bytes=max(0, integer_field(answer, "file_size") or 0))
            if path := text_field(answer, "file_path"):
                return path
            failure = TelegramFileUnavailable(name=self._info.name)
        raise failure

    def _specific_error(self, description: str) -> SourceError:
        if _TOO_LARGE in description:
            return TelegramFileTooLarge(name=self._info.name, megabytes=MAX_DOWNLOAD_BYTES // 1024**2)
        if _TEMPORARY not in description and any(part in description for part in _GONE):
            return TelegramFileGone(name=self._info.name)
        return TelegramFileUnavailable(name=self._info.name)

    async def _local(self) -> FileSource:
        async with self._opening:
            if self._on_disk is None:
                self._on_disk = await self._with_retries(self._open_on_disk)
            return self._on_disk

    async def _open_on_disk(self) -> FileSource:
        """Open the file on disk. Servers delete old files, so a missing one is requested again."""
        try:
            return await FileSource.open(Path(await self._path()), self._info.name)
        except SourceMissing as error:
            raise TelegramFileUnavailable(name=self._info.name) from error


def _seconds(header: str) -> float | None:
    """A Retry-After header in seconds, None for another format."""
    return min(float(header), _MAX_RETRY_AFTER_S) if header.isdecimal() and len(header) < 10 else None
