"""Files as sources."""

import asyncio
import hashlib
import os
import random
import sys
import threading
from pathlib import Path

import pytest

from core.domain.errors import EmptyFile, SourceDenied, SourceError, SourceInterrupted, SourceMissing
from core.media import FileSource
from tests.patience import PATIENCE_S


@pytest.fixture
def content() -> bytes:
    return random.Random(1).randbytes(300_000)


@pytest.fixture
def file(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "talk.mp3"
    path.write_bytes(content)
    return path


async def test_a_range_is_read_and_the_end_is_short(file: Path, content: bytes) -> None:
    source = await FileSource.open(file)
    assert source.info.name == "talk.mp3"
    assert source.info.size_bytes == len(content)
    assert await source.read_range(1000, 50) == content[1000:1050]
    assert await source.read_range(299_990, 50) == content[-10:]
    assert await source.read_range(400_000, 50) == b""
    await source.close()
    await source.close()


async def test_ranges_are_read_at_once(file: Path, content: bytes) -> None:
    source = await FileSource.open(file)
    pieces = await asyncio.gather(*(source.read_range(at, 10_000) for at in range(0, 300_000, 10_000)))
    assert b"".join(pieces) == content
    await source.close()


async def test_ranges_are_read_where_the_system_has_no_pread(
    file: Path, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "pread", raising=False)
    source = await FileSource.open(file, name="A talk")
    assert source.info.name == "A talk"
    pieces = await asyncio.gather(*(source.read_range(at, 10_000) for at in range(0, 300_000, 10_000)))
    assert b"".join(pieces) == content
    await source.close()


async def test_closing_waits_for_a_read_under_way(file: Path, content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    reading, go_on = threading.Event(), threading.Event()
    pread = os.pread

    def slow_pread(descriptor: int, length: int, offset: int) -> bytes:
        reading.set()
        assert go_on.wait(PATIENCE_S)
        return pread(descriptor, length, offset)

    monkeypatch.setattr(os, "pread", slow_pread)
    source = await FileSource.open(file)
    read = asyncio.create_task(source.read_range(0, 10))
    await asyncio.to_thread(reading.wait, 5)
    await source.close()
    go_on.set()
    assert await read == content[:10]
    with pytest.raises(SourceInterrupted):
        await source.read_range(0, 10)


async def test_what_is_wrong_with_a_path_is_told_apart(tmp_path: Path, file: Path) -> None:
    with pytest.raises(SourceMissing, match=r"gone\.mp3 isn't there"):
        await FileSource.open(tmp_path / "gone.mp3")
    with pytest.raises(SourceError):
        await FileSource.open(tmp_path)
    with pytest.raises(SourceError):
        await FileSource.open("bad\0name")
    with pytest.raises(SourceError):
        await FileSource.open(file / "below-a-file")
    (tmp_path / "empty").touch()
    with pytest.raises(EmptyFile):
        await FileSource.open(tmp_path / "empty")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
async def test_pipes_and_devices_are_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    async with asyncio.timeout(PATIENCE_S):
        for path in (tmp_path / "pipe", Path("/dev/zero")):
            with pytest.raises(SourceError):
                await FileSource.open(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
async def test_a_file_that_becomes_a_pipe_while_it_is_opened_does_not_hang(
    tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "pipe")
    status = file.stat()
    monkeypatch.setattr(Path, "stat", lambda self, **_: status)
    async with asyncio.timeout(PATIENCE_S):
        with pytest.raises(SourceError):
            await FileSource.open(tmp_path / "pipe")


@pytest.mark.parametrize(
    ("error", "expected"), [(PermissionError(), SourceDenied), (OSError(5, "I/O error"), SourceError)]
)
async def test_an_error_of_the_system_is_translated(
    error: OSError, expected: type[SourceError], file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise error

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(expected):
        await FileSource.open(file)


async def test_an_error_while_reading_may_be_tried_again(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> bytes:
        raise OSError(5, "I/O error")

    source = await FileSource.open(file)
    monkeypatch.setattr(os, "pread", fail, raising=False)
    with pytest.raises(SourceInterrupted) as interruption:
        await source.read_range(0, 10)
    assert interruption.value.transient
    await source.close()


async def test_the_hash_is_the_whole_files(file: Path, content: bytes) -> None:
    expected = hashlib.sha256(content).hexdigest()
    source = await FileSource.open(file)
    assert await source.content_hash() == expected
    await source.close()


@pytest.mark.skipif(sys.platform == "win32", reason="pread is what the test holds up")
async def test_a_hash_that_is_cancelled_stops_reading(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reading, go_on = threading.Event(), threading.Event()
    reads = 0

    def endless(descriptor: int, length: int, offset: int) -> bytes:
        nonlocal reads
        reads += 1
        reading.set()
        assert go_on.wait(PATIENCE_S)
        return b"x" * length

    monkeypatch.setattr(os, "pread", endless)
    source = await FileSource.open(file)
    hashing = asyncio.create_task(source.content_hash())
    await asyncio.to_thread(reading.wait, 5)
    hashing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hashing
    go_on.set()
    await asyncio.get_running_loop().shutdown_default_executor()
    assert reads == 1
    await source.close()
