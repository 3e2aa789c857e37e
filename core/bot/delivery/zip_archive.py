"""All transcripts of a person in one ZIP file."""

import asyncio
import io
import zipfile
from collections.abc import AsyncIterator

from core.bot.api.message_content import File
from core.domain import StoredTranscript
from core.domain.errors import ArchiveTooLarge
from core.export import file_name, render

MAX_ARCHIVE_BYTES = 45 * 1024 * 1024
"""Bots may send 50 MB: https://core.telegram.org/bots/api#senddocument"""


async def zip_of(transcripts: AsyncIterator[StoredTranscript], format_name: str) -> File:
    """A ZIP file with a file for each transcript; equal names are numbered. Raises `ArchiveTooLarge`."""
    written: set[str] = set()
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        async for stored in transcripts:
            await asyncio.to_thread(_add, archive, stored, format_name, written)
            if data.tell() > MAX_ARCHIVE_BYTES:
                raise ArchiveTooLarge(megabytes=MAX_ARCHIVE_BYTES // 1024**2)
    return File("notula.zip", data.getvalue())


def _add(archive: zipfile.ZipFile, stored: StoredTranscript, format_name: str, written: set[str]) -> None:
    name = file_name(stored.entry.name, format_name)
    stem, dot, suffix = name.rpartition(".")
    number = 1
    while name.casefold() in written:
        number += 1
        name = f"{stem} ({number}){dot}{suffix}"
    written.add(name.casefold())
    archive.writestr(name, render(stored, format_name))
