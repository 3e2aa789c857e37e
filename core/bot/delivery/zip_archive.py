"""All transcripts of a person in one ZIP file."""

import asyncio
import io
import zipfile
from collections.abc import AsyncIterator

from core.bot.api.message_content import File, Text, preview, visible
from core.domain import StoredTranscript
from core.domain.errors import ArchiveTooLarge
from core.domain.no_speech import NOBODY_SPEAKS
from core.export import STANDARD, SubtitleRules, export_notices, file_name, is_empty, render
from core.i18n import Translator

MAX_ARCHIVE_BYTES = 45 * 1024 * 1024
"""Bots may send 50 MB: https://core.telegram.org/bots/api#senddocument"""


async def zip_of(
    tr: Translator, transcripts: AsyncIterator[StoredTranscript], format_name: str, rules: SubtitleRules = STANDARD
) -> File | Text:
    """A ZIP file with a file for each transcript; equal names are numbered. Raises `ArchiveTooLarge`.

    Its caption is what is to be known of the files, and which there aren't, as far as there is room for it. Where there
    are none, that is all.
    """
    written: set[str] = set()
    remarks: list[str] = []
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        async for stored in transcripts:
            if is_empty(stored, format_name):
                remarks.append(f"{visible(stored.entry.name)}: {tr(NOBODY_SPEAKS)}")
                continue
            content = await asyncio.to_thread(render, stored, format_name, rules)
            name = _free_name(stored, format_name, written)
            await asyncio.to_thread(archive.writestr, name, content)
            notices = await asyncio.to_thread(export_notices, stored, format_name, rules)
            remarks += (f"{visible(name)}: {tr.message(notice)}" for notice in notices)
            if data.tell() > MAX_ARCHIVE_BYTES:
                raise ArchiveTooLarge(megabytes=MAX_ARCHIVE_BYTES // 1024**2)
    remark = preview("\n".join(remarks))
    return File("notula.zip", data.getvalue(), remark) if written or not remarks else Text(remark)


def _free_name(stored: StoredTranscript, format_name: str, written: set[str]) -> str:
    name = file_name(stored.entry.name, format_name)
    stem, dot, suffix = name.rpartition(".")
    number = 1
    while name.casefold() in written:
        number += 1
        name = f"{stem} ({number}){dot}{suffix}"
    written.add(name.casefold())
    return name
