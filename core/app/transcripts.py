"""The history as people use it: find, read, make other versions of, export and delete transcripts."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from core.app.export_many import export_many
from core.app.import_transcripts import import_transcripts
from core.app.transcript_deletion import TranscriptDeletion
from core.cache import TranscriptCache
from core.domain import (
    HistoryEntry,
    HistoryFilter,
    HistoryPage,
    HistorySummary,
    StoredTranscript,
    Transcript,
    TranscriptId,
    TranslatableText,
)
from core.domain.errors import SpeakersChanged, TextChanged
from core.domain.file_location import encodable
from core.domain.history import EVERYTHING, LONGEST_NAME
from core.domain.speakers import segment_speakers, with_names, with_speakers
from core.domain.translatable_text import distinct
from core.domain.visible import one_line
from core.export import (
    ExportedMany,
    ExportPlan,
    SubtitleRules,
    export_failure,
    export_notices,
    probe_folder,
    write,
    write_to_folder,
)
from core.imports import ImportedTranscripts
from core.processing import TranscriptProcessor, ignore_progress
from core.store import History


class Transcripts:
    """What was transcribed. `ready` is awaited before each request to a language model.

    `clock` gives seconds since the epoch, `rules` those of subtitles in use.
    """

    def __init__(
        self,
        deletion: TranscriptDeletion,
        history: History,
        cache: TranscriptCache,
        processing: TranscriptProcessor,
        ready: Callable[[], Awaitable[None]],
        clock: Callable[[], float],
        rules: Callable[[], SubtitleRules],
    ) -> None:
        self._deletion = deletion
        self._history = history
        self._cache = cache
        self._processing = processing
        self._ready = ready
        self._clock = clock
        self._rules = rules
        self._revising = asyncio.Lock()
        """Held from reading an entry until its revision is written, so that no other revision is lost."""

    async def get(self, transcript_id: TranscriptId, *, with_notes: bool = False) -> StoredTranscript | None:
        """A transcript of the history, None where it was deleted; with what was noted where that is asked for."""
        return await self._history.get(transcript_id, with_notes=with_notes)

    async def entry(self, transcript_id: TranscriptId) -> HistoryEntry | None:
        """Its entry in the history, which says when it was edited last; None where it was deleted."""
        return await self._history.entry(transcript_id)

    async def page(
        self, search: str = "", *, limit: int = 100, offset: int = 0, chosen: HistoryFilter = EVERYTHING
    ) -> HistoryPage:
        """The chosen entries of the history, or what matches the search of these."""
        return await self._history.page(search, limit, offset, chosen)

    async def summary(self) -> HistorySummary:
        """What the history can be filtered by, and the room that it and the cache use. Raises `StoreError`."""
        return await self._history.summary()

    async def clear_cache(self) -> None:
        """Forget what would answer for a recording that is transcribed again. Raises `StoreError`."""
        await self._cache.clear()

    async def rename(self, transcript_id: TranscriptId, name: str) -> str | None:
        """Give the entry a name, or its recording's where it is empty. Returns its name then, None where it is gone.

        Its files, and what the bot sends of it, are called so from then on. Raises `StoreError`.
        """
        return await self._history.rename(transcript_id, encodable(one_line(name)).strip()[:LONGEST_NAME])

    async def delete(self, transcript_ids: Sequence[TranscriptId]) -> None:
        """Delete transcripts for good, and recordings that were made here with their last one.

        Raises as `TranscriptDeletion.delete` does.
        """
        self._processing.forget()
        try:
            await self._deletion.delete(transcript_ids)
        finally:
            self._processing.forget()

    async def name_speakers(self, transcript_id: TranscriptId, names: Mapping[str, str]) -> StoredTranscript | None:
        """Give speakers other names, by their present name or number; None where the transcript was deleted.

        From then on the entry, its exports, translations and summaries have the names; other people's entries of the
        same recording don't. Speakers with the same name are one. Raises `SpeakersError`'s children and `StoreError`.
        """
        return await self._revise(transcript_id, lambda transcript: with_names(transcript, names))

    async def restore_speakers(self, before: StoredTranscript) -> StoredTranscript | None:
        """Take back what `name_speakers` did since the transcript was `before`; None where it was deleted.

        Raises `SpeakersChanged` where the text is another one by now, and `StoreError`.
        """

        def restored(transcript: Transcript) -> Transcript:
            texts = [segment.text for segment in transcript.segments]
            if texts != [segment.text for segment in before.transcript.segments]:
                raise SpeakersChanged
            return with_speakers(transcript, segment_speakers(before.transcript))

        return await self._revise(before.entry.id, restored)

    async def original(self, transcript_id: TranscriptId) -> Transcript | None:
        """What was transcribed, before anybody edited it; None where it was deleted or can't be read."""
        return await self._history.original(transcript_id)

    async def save_edits(self, before: StoredTranscript, revised: Transcript) -> StoredTranscript | None:
        """Have the entry say `revised`, which was made of `before`; None where it was deleted.

        From then on its exports, translations and summaries are made of it, and searches find its words. Raises
        `TextChanged` where the entry isn't `before` any more, since somebody else has edited it, and `StoreError`.
        """
        async with self._revising:
            return await self._write(before, revised)

    async def translate(
        self,
        transcript_id: TranscriptId,
        language: str,
        on_progress: Callable[[float], None] = ignore_progress,
        *,
        only_free: bool = False,
    ) -> StoredTranscript | None:
        """A transcript in another language, named by its code or in English; None where it was deleted.

        `on_progress` gets the share that is done, 0 to 1; with `only_free` no model that costs money is used. Raises
        `ProviderError` and its children.
        """
        made = await self._processed(
            transcript_id, lambda stored: self._processing.translate(stored, language, on_progress, only_free=only_free)
        )
        if made is None:
            return None
        now = await self._history.get(transcript_id)  # It takes minutes, in which speakers may have got names.
        if now is None or len(now.transcript.segments) != len(made.transcript.segments):
            return made
        return replace(made, transcript=with_speakers(made.transcript, segment_speakers(now.transcript)))

    async def find_translation(self, transcript_id: TranscriptId, language: str) -> StoredTranscript | None:
        """What `translate` would give, None where that isn't made yet or the transcript was deleted.

        Raises `LanguageUnknown`.
        """
        await self._ready()
        stored = await self._history.get(transcript_id)
        found = await self._processing.find_translation(stored, language) if stored is not None else None
        return replace(stored, transcript=found) if stored is not None and found is not None else None

    async def summarize(
        self,
        transcript_id: TranscriptId,
        language: str = "",
        on_progress: Callable[[float], None] = ignore_progress,
        *,
        only_free: bool = False,
    ) -> StoredTranscript | None:
        """What a recording is about, in its own language or another one; None where it was deleted.

        Progress and errors as with `translate`.
        """
        return await self._processed(
            transcript_id, lambda stored: self._processing.summarize(stored, language, on_progress, only_free=only_free)
        )

    async def export(self, stored: StoredTranscript, format_name: str, file: Path) -> tuple[TranslatableText, ...]:
        """Write a transcript, or another version of it, to a file, and return what is to be known of that.

        Raises `ExportFailed`.
        """
        rules = self._rules()

        def written() -> tuple[TranslatableText, ...]:
            write(stored, format_name, file, rules)
            return export_notices(stored, format_name, rules)

        return await asyncio.to_thread(written)

    async def export_to_folder(
        self, transcript_id: TranscriptId, formats: Sequence[str], folder: Path, *, name: str = ""
    ) -> tuple[TranslatableText, ...]:
        """Write a transcript in each format, once however often it is requested; `~` in `folder` is the user's.

        `name` is what the recording is called there, where that is another name than in the history. Returns what is
        to be known of the files. Raises `ExportFailed`.
        """
        found = await self._history.get(transcript_id)
        if found is None:
            return ()
        stored = replace(found, entry=replace(found.entry, name=name or found.entry.name))
        rules = self._rules()

        def write_all() -> tuple[TranslatableText, ...]:
            try:
                target = folder.expanduser()
            except RuntimeError as error:  # `~name` of an account that does not exist.
                raise export_failure(error, stored.entry.name, folder) from error
            for format_name in formats:
                write_to_folder(stored, format_name, target, rules)
            return distinct(notice for name in formats for notice in export_notices(stored, name, rules))

        return await asyncio.to_thread(write_all)

    async def export_many(
        self,
        transcript_ids: Sequence[TranscriptId],
        plan: ExportPlan,
        on_progress: Callable[[int], None] = lambda done: None,
    ) -> ExportedMany:
        """Write many transcripts by a plan, and return what is to be known of that; see `core.app.export_many`."""
        get = partial(self._history.get, with_notes=plan.with_notes)
        return await export_many(get, transcript_ids, plan, self._rules(), on_progress)

    async def import_files(self, files: Sequence[Path]) -> ImportedTranscripts:
        """Take transcripts over from SRT, VTT and JSON files. Raises `StoreError`; what can't be read is returned."""
        return await import_transcripts(self._history, files, self._clock)

    async def probe_folder(self, folder: Path) -> None:
        """Whether exports can be written there; `~` is the user's. Raises `ExportFailed` and its children."""
        await asyncio.to_thread(probe_folder, folder)

    async def _revise(
        self, transcript_id: TranscriptId, change: Callable[[Transcript], Transcript]
    ) -> StoredTranscript | None:
        async with self._revising:
            while True:
                stored = await self._history.get(transcript_id)
                if stored is None:
                    return None
                revised = change(stored.transcript)
                if revised == stored.transcript:
                    return stored
                try:
                    return await self._write(stored, revised)
                except TextChanged:  # By the command line, in a process of its own: change what it has made of it.
                    continue

    async def _write(self, before: StoredTranscript, revised: Transcript) -> StoredTranscript | None:
        """Keep the revision of `before`; None where it was deleted. Raises `TextChanged` and `StoreError`."""
        was_edited_at = before.entry.edited_at
        edited_at = self._clock()
        if was_edited_at is not None:  # By it a revision is known, also where the clock was put back.
            edited_at = max(edited_at, math.nextafter(was_edited_at, math.inf))
        if not await self._history.update(before.entry.id, revised, edited_at, made_of=before.entry):
            return None
        return replace(before, entry=replace(before.entry, edited_at=edited_at), transcript=revised)

    async def _processed(
        self, transcript_id: TranscriptId, process: Callable[[StoredTranscript], Awaitable[Transcript]]
    ) -> StoredTranscript | None:
        await self._ready()
        stored = await self._history.get(transcript_id)
        if stored is None:
            return None
        return replace(stored, transcript=await process(stored))
