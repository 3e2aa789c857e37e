"""A recording that was moved is found again by its content, and its transcripts say where it is."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.app.recordings import Recordings
from core.domain import CacheKey, ContentHash, Requester, SourceReference, StoredTranscript, TranscriptId
from core.domain.errors import EmptyFile, NoRecording, NotFoundInFolder, NotHere, OtherContent, SourceMissing
from core.store.sqlite import Database, SqliteHistory
from tests.unit.samples import THE_OWNER, make_transcript

TALK = b"RIFF" + bytes(range(256)) * 20_000
"""Some 5 MB, read in several pieces."""

OTHER = Requester("telegram", "7")


@pytest.fixture
async def history(tmp_path: Path) -> AsyncIterator[SqliteHistory]:
    database = await Database.open(tmp_path / "notula.db")
    yield SqliteHistory(database)
    await database.close()


async def keep(
    history: SqliteHistory, location: str, *, key: str = "key", requester: Requester = THE_OWNER, content: bytes = TALK
) -> StoredTranscript:
    """A transcript of the talk, which was there."""
    source = SourceReference("file", location, "talk.wav")
    hashed = ContentHash(hashlib.sha256(content).hexdigest())
    number = await history.save(source, CacheKey(key), hashed, make_transcript(), 1.0, requester=requester)
    return await stored(history, number)


async def stored(history: SqliteHistory, number: TranscriptId) -> StoredTranscript:
    found = await history.get(number)
    assert found is not None
    return found


def put(file: Path, content: bytes = TALK) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return file


async def test_what_is_not_there_any_more_is_told_with_its_folder(history: SqliteHistory, tmp_path: Path) -> None:
    recordings = Recordings(history)
    talk = await keep(history, str(put(tmp_path / "talks" / "talk.wav")))
    assert await recordings.problem(talk) is None
    (tmp_path / "talks" / "talk.wav").unlink()
    problem = await recordings.problem(talk)
    assert str(problem).startswith(f"talk.wav isn't in {tmp_path / 'talks'} any more.")


async def test_what_was_never_a_file_here_is_told_apart(history: SqliteHistory) -> None:
    recordings = Recordings(history)
    for location, problem in (
        ("AgADBAADr6cxG", NotHere.sentence),
        ("/talks/talk.srt", NoRecording.sentence),
        ("https://example.org/talk.wav", None),
    ):
        talk = await keep(history, location, key=location)
        told = await recordings.problem(talk)
        assert (told.template if told is not None else None) == problem


async def test_a_file_of_another_name_is_known_by_its_content(history: SqliteHistory, tmp_path: Path) -> None:
    recordings = Recordings(history)
    talk = await keep(history, "/gone/talk.wav")
    moved = put(tmp_path / "elsewhere" / "renamed.bin")
    shares: list[float] = []
    found = await recordings.find(talk, moved, shares.append)
    assert found is not None
    assert found.entry.location == str(moved)
    assert (await stored(history, talk.entry.id)).entry == found.entry
    assert await recordings.problem(found) is None
    assert shares == sorted(set(shares))
    assert shares[-1] == 1.0
    assert len(shares) > 3


async def test_another_file_is_refused_and_nothing_changes(history: SqliteHistory, tmp_path: Path) -> None:
    recordings = Recordings(history)
    talk = await keep(history, "/gone/talk.wav")
    with pytest.raises(OtherContent, match=r"talk\.wav is another recording"):
        await recordings.find(talk, put(tmp_path / "talk.wav", TALK[:-1] + b"!"), lambda share: None)
    with pytest.raises(EmptyFile):
        await recordings.find(talk, put(tmp_path / "empty.wav", b""), lambda share: None)
    with pytest.raises(SourceMissing):
        await recordings.find(talk, tmp_path / "nothing.wav", lambda share: None)
    assert (await stored(history, talk.entry.id)).entry.location == "/gone/talk.wav"


async def test_a_folder_is_searched_to_its_bottom(history: SqliteHistory, tmp_path: Path) -> None:
    recordings = Recordings(history)
    talk = await keep(history, "/gone/talk.wav")
    put(tmp_path / "drive" / "talk.wav", b"RIFF of the same name")
    put(tmp_path / "drive" / "a.wav", b"RIFF of the same kind")
    locked = put(tmp_path / "drive" / "b.wav", b"RIFF that can't be read")
    locked.chmod(0)
    moved = put(tmp_path / "drive" / "2026" / "may" / "other name.mp3")
    found = await recordings.find(talk, tmp_path / "drive", lambda share: None)
    assert found is not None
    assert found.entry.location == str(moved)
    assert found.entry.name == "talk.wav"


async def test_a_folder_without_it_is_told(history: SqliteHistory, tmp_path: Path) -> None:
    talk = await keep(history, "/gone/talk.wav")
    put(tmp_path / "drive" / "talk.wav", b"RIFF of the same name")
    with pytest.raises(NotFoundInFolder, match="None of the recordings in"):
        await Recordings(history).find(talk, tmp_path / "drive", lambda share: None)


async def test_a_name_that_is_no_text_is_kept(history: SqliteHistory, tmp_path: Path) -> None:
    talk = await keep(history, "/gone/talk.wav")
    moved = tmp_path / os.fsdecode(b"caf\xe9.wav")
    try:
        put(moved)
    except OSError:
        pytest.skip("this file system takes names of UTF-8 alone")
    found = await Recordings(history).find(talk, tmp_path, lambda share: None)
    assert found is not None
    assert await Recordings(history).problem(found) is None


async def test_the_same_persons_other_texts_of_it_follow(history: SqliteHistory, tmp_path: Path) -> None:
    talk = await keep(history, "/gone/talk.wav")
    again = await keep(history, "/gone/talk.wav", key="another model")
    copied = await keep(history, "/copies/talk.wav", key="a third one")
    theirs = await keep(history, "/gone/talk.wav", requester=OTHER)
    moved = str(put(tmp_path / "talk.wav"))
    before = history.revision
    assert await Recordings(history).find(talk, Path(moved), lambda share: None)
    assert history.revision == before + 1
    places = [(await stored(history, one.entry.id)).entry.location for one in (talk, again, copied, theirs)]
    assert places == [moved, moved, "/copies/talk.wav", "/gone/talk.wav"]


async def test_what_was_deleted_meanwhile_is_not_kept(history: SqliteHistory, tmp_path: Path) -> None:
    talk = await keep(history, "/gone/talk.wav")
    await history.delete([talk.entry.id])
    assert await Recordings(history).find(talk, put(tmp_path / "talk.wav"), lambda share: None) is None


async def test_a_search_that_is_cancelled_changes_nothing(history: SqliteHistory, tmp_path: Path) -> None:
    talk = await keep(history, "/gone/talk.wav")
    moved = put(tmp_path / "talk.wav")
    begun = asyncio.Event()
    search = asyncio.create_task(Recordings(history).find(talk, moved, lambda share: begun.set()))
    await begun.wait()
    search.cancel()
    with pytest.raises(asyncio.CancelledError):
        await search
    assert (await stored(history, talk.entry.id)) == replace(talk)
