"""What is secret in an address is in no file once its job has ended, and in nothing that is shown at any time."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from core.app.notula import Notula
from core.config import Folders, Settings
from core.domain import JobState, Requester
from core.domain.errors import WebAddressIncomplete, WebMissing
from core.store.sqlite import Database
from tests.conftest import SAMPLES
from tests.integration.media.test_http_failures import Script, response

SECRETS = ("PassW0rd", "S1gnature")


def bytes_of(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


def answer_with(recording: bytes) -> Callable[[str], bytes]:
    return lambda head: response("200 OK", 'ETag: "1"', f"Content-Length: {len(recording)}", body=recording)


@pytest.mark.usefixtures("without_whisper")
@pytest.mark.parametrize("fails", [False, True])
async def test_a_job_that_has_ended_leaves_no_secret(folders: Folders, fails: bool) -> None:
    recording = (SAMPLES / "beckett.wav").read_bytes()
    answer = (lambda head: response("404 Gone")) if fails else answer_with(recording)
    notula = Notula(Settings(providers=("on-device",)), folders)
    await notula.start()
    try:
        async with Script(answer).running() as script:
            url = script.url.replace("//", "//alice:PassW0rd@") + "?X-Amz-Signature=S1gnature"
            (job_id,) = await notula.jobs.submit([url], Requester("desktop"))
            job = await notula.jobs.wait(job_id)
            assert job.state is (JobState.FAILED if fails else JobState.DONE)
            (view,) = notula.snapshot().jobs
            assert view.location == script.url
            assert not any(secret in f"{view} {job!r}" for secret in SECRETS)
            assert not any(secret.encode() in bytes_of(folders.database.parent) for secret in SECRETS)
            if fails:  # In this run it can still be tried again as it was.
                assert job.error == WebMissing(name="talk.mp3").message
                await notula.jobs.retry([job_id])
                await notula.jobs.wait(job_id)
                assert script.heads[-1].startswith("GET /talk.mp3?X-Amz-Signature=S1gnature")
        if not fails:
            assert job.transcript_id is not None
            stored = await notula.transcripts.get(job.transcript_id)
            assert stored is not None
            assert stored.entry.location == script.url
    finally:
        await notula.stop()
    assert not any(secret.encode() in bytes_of(folders.database.parent) for secret in SECRETS)


async def test_after_a_restart_no_shortened_address_is_taken_for_the_whole_one(folders: Folders) -> None:
    notula = Notula(Settings(providers=("on-device",)), folders)
    await notula.start()
    async with Script(lambda head: response("404 Gone")).running() as script:
        (job_id,) = await notula.jobs.submit([f"{script.url}?v=S1gnature"], Requester("desktop"))
        await notula.jobs.wait(job_id)
        await notula.stop()
        asked = len(script.heads)
        notula = Notula(Settings(providers=("on-device",)), folders)
        await notula.start()
        try:
            (view,) = notula.snapshot().jobs
            assert view.location == script.url
            await notula.jobs.retry([job_id])
            assert (await notula.jobs.wait(job_id)).error == WebAddressIncomplete().message
        finally:
            await notula.stop()
    assert len(script.heads) == asked


async def test_what_can_not_be_read_as_an_address_becomes_no_name(folders: Folders) -> None:
    notula = Notula(Settings(providers=("on-device",)), folders)
    await notula.start()
    try:
        (job_id,) = await notula.jobs.submit(["http://alice:PassW0rd@[::1:1/x"], Requester("desktop"))
        job = await notula.jobs.wait(job_id)
        assert job.state is JobState.FAILED
        assert job.source.name == "http://…"
        assert "PassW0rd" not in f"{notula.snapshot().jobs} {job.error}"
    finally:
        await notula.stop()
    assert b"PassW0rd" not in bytes_of(folders.database.parent)


async def test_what_earlier_versions_have_kept_is_taken_out(tmp_path: Path) -> None:
    file = tmp_path / "notula.db"
    await (await Database.open(file)).close()
    url = "http://alice:PassW0rd@host/talk.wav?sign=S1gnature"
    nonsense = "http://alice:PassW0rd@[::1:1/x"
    connection = sqlite3.connect(file)
    connection.execute("DELETE FROM _sqlite_migrations WHERE name LIKE 'm009%'")
    columns = "id, instance, state, options, submitted_at, source_kind, source_location, source_name, error"
    job = f"INSERT INTO jobs ({columns})"
    error = '["{name} can\'t be read.", {"name": "http://alice:PassW0rd@[::1:1/x"}]'
    connection.execute(f"{job} VALUES ('1', 'x', 'done', '{{}}', 1, 'http', ?, 'talk.wav', NULL)", [url])
    connection.execute(f"{job} VALUES ('2', 'x', 'failed', '{{}}', 1, 'http', ?, ?, ?)", [nonsense, nonsense, error])
    connection.execute(f"{job} VALUES ('3', 'x', 'queued', '{{}}', 1, 'http', 'http://host/b?k=1', 'b', NULL)")
    columns = "cache_key, content_hash, name, location, text, body"
    row = f"INSERT INTO transcripts ({columns}) VALUES ('k', 'c', ?, ?, 't', x'')"
    for name, location in (("talk.wav", url), (nonsense, nonsense), (f"{nonsense}2", nonsense), ("a", "/tmp/a?b")):
        connection.execute(row, [name, location])
    connection.commit()
    connection.close()

    database = await Database.open(file)
    await database.erase_left()
    jobs = await database.read(lambda c: list(map(tuple, c.execute("SELECT source_location, source_name FROM jobs"))))
    kept = await database.read(lambda c: list(map(tuple, c.execute("SELECT location, name FROM transcripts"))))
    assert jobs == [("http://host/talk.wav?…", "talk.wav"), ("http://…", "http://…"), ("http://host/b?k=1", "b")]
    assert kept[0] == ("http://host/talk.wav", "talk.wav")
    assert [location for location, _ in kept[1:]] == ["http://…", "http://…", "/tmp/a?b"]
    await database.close()
    assert not any(secret.encode() in bytes_of(tmp_path) for secret in SECRETS)
