"""A local file is opened once, hashed once, and what is transcribed is what was hashed."""

import os
from pathlib import Path

import pytest

from core.domain.errors import SourceChanged
from core.media import FileSource
from tests.fakes.provider import NumberingProvider
from tests.fakes.watcher import Watcher
from tests.integration.test_pipeline import bench, job_for


@pytest.fixture
def recording(beckett: Path, tmp_path: Path) -> Path:
    file = tmp_path / "talk.wav"
    file.write_bytes(beckett.read_bytes())
    return file


async def test_a_file_is_opened_and_hashed_once(
    recording: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    whole = FileSource.content_hash

    async def counted(self: FileSource) -> str:
        hashed.append(self.info.name)
        return await whole(self)

    monkeypatch.setattr(FileSource, "content_hash", counted)
    provider = NumberingProvider()
    async with bench(tmp_path, provider) as b:
        await b.pipeline.run(job_for(recording), Watcher())
        assert (len(b.opened), len(hashed)) == (1, 1)
        assert (await b.pipeline.run(job_for(recording), Watcher())).from_cache
        assert (len(b.opened), len(hashed)) == (2, 2)


async def test_a_file_that_is_replaced_meanwhile_is_read_to_its_end(
    recording: Path, two_cities: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = FileSource.content_hash

    async def replaced(self: FileSource) -> str:
        content = await whole(self)
        other = recording.with_name("other.wav")
        other.write_bytes(two_cities.read_bytes())
        other.replace(recording)
        return content

    watcher = Watcher()
    async with bench(tmp_path, NumberingProvider()) as b:
        with monkeypatch.context() as patched:
            patched.setattr(FileSource, "content_hash", replaced)
            await b.pipeline.run(job_for(recording), watcher)
        assert watcher.durations[-1] == pytest.approx(9.97, abs=0.1)
        assert not (await b.pipeline.run(job_for(recording), Watcher())).from_cache


async def test_a_file_that_is_written_to_meanwhile_is_an_error(
    recording: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = FileSource.content_hash

    async def written(self: FileSource) -> str:
        content = await whole(self)
        status = recording.stat()
        with recording.open("r+b") as file:
            file.seek(1000)
            file.write(b"other")
        os.utime(recording, ns=(status.st_atime_ns, status.st_mtime_ns + 1_000_000))
        return content

    monkeypatch.setattr(FileSource, "content_hash", written)
    provider = NumberingProvider()
    async with bench(tmp_path, provider) as b:
        with pytest.raises(SourceChanged) as raised:
            await b.pipeline.run(job_for(recording), Watcher())
    assert raised.value.transient
    assert provider.calls == []
