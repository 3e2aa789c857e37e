"""Where the recordings of transcripts are: whether one is still there, and finding a moved one by its content."""

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from core.domain import ContentHash, HistoryEntry, NotulaError, SourceReference, StoredTranscript, TranslatableText
from core.domain.errors import (
    NoRecording,
    NotFoundInFolder,
    NotHere,
    OtherContent,
    RecordingMoved,
    SourceMissing,
)
from core.domain.file_location import location_of, path_of, shown_name
from core.imports import IMPORT_SUFFIXES
from core.media import FileSource
from core.media.discovery import FILE, HTTP, FoundRecording, find_recordings
from core.media.hashing import hash_source
from core.store import History

logger = logging.getLogger(__name__)


class Recordings:
    """Reads files in threads; a slow drive keeps nobody else waiting."""

    def __init__(self, history: History) -> None:
        self._history = history

    async def problem(self, stored: StoredTranscript) -> TranslatableText | None:
        """Why the recording can't be read where it was, None where it can. Servers of the web aren't asked."""
        try:
            reference = reference_of(stored.entry)
            if reference.kind == FILE:
                source = await FileSource.open(reference.location, reference.name)
                await source.close()
        except SourceMissing:
            folder = path_of(stored.entry.location).parent
            return RecordingMoved(name=stored.entry.name, folder=str(folder)).message
        except NotulaError as error:
            return error.message
        return None

    async def find(
        self, stored: StoredTranscript, place: Path, on_progress: Callable[[float], None]
    ) -> StoredTranscript | None:
        """Find the recording of a transcript at a file, or anywhere in a folder, and keep where it is.

        It is known by its content hash; in a folder, files of its name are read first. The same person's other
        transcripts of the recording that were at the same place follow. `on_progress` gets the share of all bytes
        that has been read, 0 to 1.

        Returns the transcript with its new location, None where it was deleted. Raises `OtherContent` for another
        file, `NotFoundInFolder`, `SourceError` and `EmptyFile` for a file that can't be read, and `StoreError`.
        """
        place = await asyncio.to_thread(place.absolute)
        if await asyncio.to_thread(place.is_dir):
            found = await self._find_in_folder(stored, place, on_progress)
        else:
            progress = _Progress(on_progress, await asyncio.to_thread(_size_bytes, place))
            if await _content_of(place, progress.advance) != stored.content_hash:
                raise OtherContent(name=shown_name(place))
            found = location_of(place)
        if not await self._history.move(stored.entry, stored.content_hash, found):
            return None
        return replace(stored, entry=replace(stored.entry, location=found))

    async def _find_in_folder(
        self, stored: StoredTranscript, folder: Path, on_progress: Callable[[float], None]
    ) -> str:
        """The location of the first file with the content. Raises `NotFoundInFolder`."""
        recordings = _likeliest_first(await _recordings_in(folder), stored.entry)
        progress = _Progress(on_progress, sum(recording.size_bytes or 0 for recording in recordings))
        for recording in recordings:
            before = progress.done_bytes
            try:
                content = await _content_of(path_of(recording.source.location), progress.advance)
            except NotulaError as error:  # It isn't the one that is looked for, or can't be read anyway.
                logger.info("a file in the folder can't be read: %r", error)
                continue
            finally:
                progress.set_done(before + (recording.size_bytes or 0))
            if content == stored.content_hash:
                return recording.source.location
        raise NotFoundInFolder(folder=str(folder))


class _Progress:
    """Tells each whole percent once: hundreds of pieces are read in a second."""

    def __init__(self, tell: Callable[[float], None], total_bytes: int) -> None:
        self._tell = tell
        self._total_bytes = max(1, total_bytes)
        self._told = -1
        self.done_bytes = 0

    def advance(self, count: int) -> None:
        """So many bytes more have been read."""
        self.set_done(self.done_bytes + count)

    def set_done(self, done_bytes: int) -> None:
        """So many bytes in all are done with."""
        self.done_bytes = done_bytes
        percent = min(100, 100 * done_bytes // self._total_bytes)
        if percent > self._told:
            self._told = percent
            self._tell(percent / 100)


def reference_of(entry: HistoryEntry) -> SourceReference:
    """Where the recording of an entry is.

    Raises `NotHere` for one that was sent to the bot, and `NoRecording` for an imported text.
    """
    if entry.location.startswith(("http://", "https://")):  # A path may be an address, too, of a file.
        return SourceReference(HTTP, entry.location, entry.name)
    path = path_of(entry.location)
    if not path.is_absolute():
        raise NotHere
    if path.suffix.lower() in IMPORT_SUFFIXES:
        raise NoRecording
    return SourceReference(FILE, entry.location, entry.name)


async def _recordings_in(folder: Path) -> Sequence[FoundRecording]:
    """The recordings anywhere in a folder. When this is cancelled, the listing ends at the next folder."""
    cancelled = threading.Event()
    try:
        return (await asyncio.to_thread(find_recordings, [folder], cancelled.is_set)).recordings
    finally:
        cancelled.set()


def _likeliest_first(recordings: Sequence[FoundRecording], entry: HistoryEntry) -> list[FoundRecording]:
    """Those of its name first, then those of its kind: most files are moved without being renamed."""
    name, suffix = entry.name.casefold(), Path(entry.name).suffix.casefold()

    def unlikeliness(recording: FoundRecording) -> int:
        other = recording.source.name.casefold()
        return 0 if other == name else 1 if Path(other).suffix == suffix else 2

    return sorted(recordings, key=unlikeliness)


async def _content_of(file: Path, on_bytes: Callable[[int], None]) -> ContentHash:
    """Raises `SourceError`'s children and `EmptyFile`."""
    source = await FileSource.open(file)
    try:
        return await hash_source(source, on_bytes)
    finally:
        await source.close()


def _size_bytes(file: Path) -> int:
    try:
        return file.stat().st_size
    except (OSError, ValueError):  # Opening it tells why. ValueError: a null character in the path
        return 0
