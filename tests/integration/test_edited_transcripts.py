"""Edited transcripts: what is read, found and exported from then on, and what stays."""

from dataclasses import replace

import pytest

from core.app.notula import Notula
from core.config import Folders, Settings
from core.domain import CacheKey, Segment, StoredTranscript, Transcript, TranscriptId, Word
from core.domain.errors import TextChanged
from core.editing import Document, Query, replace_all
from core.export import render
from core.store.sqlite import Database, SqliteHistory
from tests.unit.samples import HASH, THE_OWNER, make_source

SAID = Transcript(
    (Segment(0.0, 2.0, "the wood cutters", (Word(0, 1, "the"), Word(1, 1.5, "wood"), Word(1.5, 2, "cutters"))),),
    "en",
    2.0,
    "on-device",
    "tiny.en",
)


async def test_an_edited_text_is_read_found_and_exported_and_the_original_stays(folders: Folders) -> None:
    database = await Database.open(folders.database)
    number = await SqliteHistory(database).save(make_source(), CacheKey("talk"), HASH, SAID, 1.0, requester=THE_OWNER)
    await database.close()
    notula = Notula(Settings(), folders)
    await notula.start()
    try:
        transcripts = notula.transcripts
        before = await transcripts.get(number)
        assert before is not None
        document = Document.of(before.transcript)
        edited = document.after(replace_all(document, Query("wood cutters"), "woodcutters"))
        revised = edited.applied_to(before.transcript)

        after = await transcripts.save_edits(before, revised)
        assert isinstance(after, StoredTranscript)
        assert await transcripts.get(number) == after
        assert after.transcript.segments[0].words == (Word(0, 1, "the"), Word(1, 2, "woodcutters"))
        assert [entry.id for entry in (await transcripts.page("woodcutters")).entries] == [number]
        assert (await transcripts.page("cutters")).total == 0
        assert b"woodcutters" in render(after, "srt")
        assert await transcripts.original(number) == SAID

        with pytest.raises(TextChanged):  # Made of what isn't there any more, it would take the first edit back.
            await transcripts.save_edits(before, replace(SAID, segments=()))
        assert await transcripts.get(number) == after
        await transcripts.delete([number])
        assert await transcripts.save_edits(after, SAID) is None
    finally:
        await notula.stop()


async def test_an_edit_by_another_process_between_reading_and_writing_is_kept(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A speaker gets a name on the command line while the window saves."""
    database = await Database.open(folders.database)
    said = replace(SAID, segments=(replace(SAID.segments[0], speaker="Speaker 1"),))
    number = await SqliteHistory(database).save(make_source(), CacheKey("talk"), HASH, said, 1.0, requester=THE_OWNER)
    await database.close()
    others = replace(said, segments=(replace(said.segments[0], text="others"),))
    notula = Notula(Settings(), folders, clock=lambda: 5.0)
    await notula.start()
    history = notula._stores.history
    get, update = history.get, history.update
    interruptions = iter([others])

    async def get_before_another(transcript_id: TranscriptId) -> StoredTranscript | None:
        stored = await get(transcript_id)
        for text in interruptions:
            await update(transcript_id, text, 50.0)
        return stored

    try:
        before = await get(number)
        monkeypatch.setattr(history, "get", get_before_another)
        named = await notula.transcripts.name_speakers(number, {"Speaker 1": "Ann"})
        assert named is not None
        assert (named.transcript.segments[0].text, named.transcript.segments[0].speaker) == ("others", "Ann")
        assert await get(number) == named
        with pytest.raises(TextChanged):
            await notula.transcripts.save_edits(before, SAID)
        # The clock was put back since, and yet the revision is another one.
        again = await notula.transcripts.save_edits(named, SAID)
        assert again.entry.edited_at > named.entry.edited_at > 50.0
        assert await notula.transcripts.entry(number) == again.entry
        await notula.transcripts.delete([number])
        assert await notula.transcripts.entry(number) is None
        assert await notula.transcripts.save_edits(again, said) is None
    finally:
        await notula.stop()
