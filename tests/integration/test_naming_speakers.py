"""Speakers get names: in the history, what is exported and translated, by the command line; and in nobody else's."""

import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from core.app.notula import Notula
from core.app.settings import SettingsService
from core.cli.speakers import checked_names, list_speakers, name_speakers
from core.cli.terminal import Terminal
from core.config import Folders, LoadedSettings, Settings
from core.domain import CacheKey, Requester, Segment, Transcript, TranscriptId
from core.domain.errors import NoSpeakers, SpeakersChanged, SpeakerUnknown
from core.export import render
from core.i18n import Translator
from core.observability.redaction import Redactor
from core.store.sqlite import Database, SqliteCachedTranscripts, SqliteHistory
from tests.unit.samples import HASH, THE_OWNER, make_source

KEY = CacheKey("talk")
TALK = Transcript(
    (
        Segment(0.0, 4.0, "It was the best of times.", speaker="Speaker 1"),
        Segment(4.0, 6.0, "Was it?", speaker="Speaker 2"),
        Segment(6.0, 8.0, "It was.", speaker="Speaker 1"),
    ),
    "en",
    8.0,
    "on-device",
    "tiny.en",
)


@pytest.fixture
def terminal(folders: Folders) -> Terminal:
    service = SettingsService(LoadedSettings(Settings()), folders.settings_file)
    return Terminal(Translator(), folders, service, Redactor())


@asynccontextmanager
async def history(folders: Folders) -> AsyncIterator[tuple[SqliteHistory, SqliteCachedTranscripts]]:
    database = await Database.open(folders.database)
    try:
        yield SqliteHistory(database), SqliteCachedTranscripts(database)
    finally:
        await database.close()


@asynccontextmanager
async def running(folders: Folders) -> AsyncIterator[Notula]:
    notula = Notula(Settings(), folders)
    await notula.start()
    try:
        yield notula
    finally:
        await notula.stop()


async def saved(folders: Folders, requester: Requester = THE_OWNER, transcript: Transcript = TALK) -> TranscriptId:
    async with history(folders) as (entries, cached):
        await cached.put(KEY, HASH, transcript, time.time())  # An old one would be cleared away at the start.
        return await entries.save(make_source(), KEY, HASH, transcript, 1.0, requester=requester)


async def test_speakers_are_listed_with_their_share_and_first_words(
    folders: Folders, terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    number = await saved(folders)
    assert await list_speakers(terminal, number) == 0
    assert capsys.readouterr().out.splitlines() == [
        "  1  Speaker 1   75%     0:06  It was the best of times.",
        "  2  Speaker 2   25%     0:02  Was it?",
    ]


async def test_a_name_is_in_every_export_and_survives_a_repeat_of_the_recording(
    folders: Folders, terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    number = await saved(folders)
    assert await name_speakers(terminal, number, checked_names(terminal, ['1=Ana "<b>" & Co', "Speaker 2=B=i"])) == 0
    assert capsys.readouterr().out.splitlines()[1].startswith("  2  B=i")
    async with history(folders) as (entries, cached):
        again = await entries.save(make_source(), KEY, HASH, TALK, 2.0, requester=THE_OWNER)
        stored, cache = await entries.get(again), await cached.get(KEY)
    assert stored is not None
    assert cache is not None
    assert cache.transcript == TALK
    texts = {name: render(stored, name).decode() for name in ("txt", "srt", "vtt", "json", "md")}
    assert 'Ana "<b>" & Co: It was the best of times.' in texts["txt"]
    assert 'Ana "<b>" & Co: It was the best of times.' in texts["srt"]
    assert '<v Ana "&lt;b&gt;" &amp; Co>It was the best of times.' in texts["vtt"]
    assert '**Ana "\\<b\\>" \\& Co:** It was the best of times.' in texts["md"]
    speakers = [one["speaker"] for one in json.loads(texts["json"])["segments"]]
    assert speakers == ['Ana "<b>" & Co', "B=i", 'Ana "<b>" & Co']


async def test_two_speakers_with_one_name_are_one_and_that_is_said(
    folders: Folders, terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    number = await saved(folders)
    assert await name_speakers(terminal, number, ["1=Ana", "2=Ana"]) == 0
    printed = capsys.readouterr()
    assert printed.out == "  1  Ana  100%     0:08  It was the best of times.\n"
    assert printed.err == "Speaker 1, Speaker 2 are one speaker now: Ana.\n"


async def test_what_names_nobody_changes_nothing(folders: Folders, terminal: Terminal) -> None:
    number = await saved(folders)
    with pytest.raises(SpeakerUnknown):
        await name_speakers(terminal, number, ["1=Ana", "3=Budi"])
    assert await name_speakers(terminal, number + 1, ["1=Ana"]) == 1
    assert await list_speakers(terminal, number + 1) == 1
    async with history(folders) as (entries, _):
        stored = await entries.get(number)
    assert stored is not None
    assert (stored.transcript, stored.entry.edited_at) == (TALK, None)


async def test_a_transcript_without_speakers_says_how_to_get_them(folders: Folders, terminal: Terminal) -> None:
    nameless = replace(TALK, segments=tuple(replace(one, speaker=None) for one in TALK.segments))
    number = await saved(folders, transcript=nameless)
    with pytest.raises(NoSpeakers):
        await list_speakers(terminal, number)


async def test_another_persons_entry_of_the_recording_keeps_its_speakers(folders: Folders) -> None:
    own, others = await saved(folders), await saved(folders, Requester("telegram", "42"))
    async with running(folders) as notula:
        await notula.transcripts.name_speakers(own, {"1": "Ana"})
        mine, theirs = await notula.transcripts.get(own), await notula.transcripts.get(others)
    assert mine is not None
    assert theirs is not None
    assert mine.transcript.segments[0].speaker == "Ana"
    assert theirs.transcript == TALK


async def test_names_are_taken_back_and_a_later_export_has_them_as_they_are(folders: Folders, tmp_path: Path) -> None:
    number = await saved(folders)
    async with running(folders) as notula:
        before = await notula.transcripts.get(number)
        assert before is not None
        named = await notula.transcripts.name_speakers(number, {"1": "Ana", "2": "Ana"})
        assert named is not None
        await notula.transcripts.export_to_folder(number, ["txt"], tmp_path / "named")
        restored = await notula.transcripts.restore_speakers(before)
        assert restored is not None
        assert restored.transcript == TALK
        await notula.transcripts.export_to_folder(number, ["txt"], tmp_path / "restored")
        other = replace(before, transcript=replace(TALK, segments=TALK.segments[:1]))
        with pytest.raises(SpeakersChanged):
            await notula.transcripts.restore_speakers(other)
        await notula.transcripts.delete([number])
        assert await notula.transcripts.name_speakers(number, {"1": "Ana"}) is None
    assert (tmp_path / "named" / "talk.txt").read_text().startswith("Ana: It was the best of times. Was it? It was.")
    assert (tmp_path / "restored" / "talk.txt").read_text().startswith("Speaker 1: It was the best of times.\n")
