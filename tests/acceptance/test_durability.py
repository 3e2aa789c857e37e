"""Full disks, failing drives and damaged files: what was accepted is not lost, and what is wrong is said."""

import asyncio
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.domain import CacheKey, JobState
from core.domain.errors import DiskFull, DriveFailing, StoreDamaged, StoreError
from core.queue import LocalQueue
from core.store.sqlite import Database, Instance, SqliteHistory, SqliteJobJournal
from core.store.sqlite.recovery.write_ahead_log import read_log
from tests.acceptance.failing_drive import build_failing_drive
from tests.acceptance.life import Life
from tests.patience import PATIENCE_S
from tests.property_examples import every_place
from tests.unit.queue.work import Work, running
from tests.unit.samples import HASH, THE_OWNER, make_job, make_source, make_transcript

NAMES = [f"recording-{number}.wav" for number in range(20)]
TRANSCRIPTS = 200
EVERY = every_place(3)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("needs Linux and root, to mount a small disk")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m,mode=0700", "tmpfs", folder], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("may not mount a small disk here")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def fill(disk: Path) -> Path:
    """Take up all its room, with a file."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as opened:
        for size_bytes in (65536, 4096, 1):
            try:
                while opened.write(bytes(size_bytes)):
                    pass
            except OSError:
                continue
    return filler


async def jobs_left(file: Path, folder: Path) -> list[str]:
    """Whose recordings the next start goes on with."""
    database = await Database.open(file)
    instance = Instance(folder / "instances", lambda: "the next one")
    instance.announce()
    try:
        return sorted(job.source.name for job in await SqliteJobJournal(database, instance).adopt_all())
    finally:
        instance.leave()
        await database.close()


async def submit_held(queue: LocalQueue, work: Work) -> None:
    for name in NAMES:
        work.hold(name)
        await queue.submit([make_job(name)])


async def test_a_full_disk_refuses_new_jobs_and_keeps_the_accepted_ones(small_disk: Path, tmp_path: Path) -> None:
    file = small_disk / "notula.db"
    database = await Database.open(file)
    work = Work()
    async with running(database, tmp_path, work, workers=len(NAMES)) as queue:
        await submit_held(queue, work)
        filler = fill(small_disk)
        # The log may have some room left in itself, but not for so much.
        with pytest.raises(DiskFull):
            await queue.submit([make_job(f"refused-{'x' * 10_000}-{number}.wav") for number in range(200)])
        assert database.notice is not None
        assert database.notice.template == DiskFull.sentence

        for name in NAMES[:10]:
            work.let_go(name)
        for view in queue.views()[:10]:
            assert (await queue.wait(view.id)).state is JobState.DONE

        filler.unlink()
        await queue.submit([make_job("later.wav")])
        assert database.notice is None
        later = queue.views()[-1].id
        await queue.wait(later)
        await queue.stop()
        await database.close()

    left = await jobs_left(file, tmp_path)
    assert [name for name in left if name in NAMES] == sorted(NAMES[10:])


async def test_a_database_on_a_full_disk_can_not_be_opened_and_the_reason_is_said(small_disk: Path) -> None:
    fill(small_disk)
    with pytest.raises(DiskFull):
        await Database.open(small_disk / "notula.db")


async def test_a_drive_that_fails_to_sync_refuses_new_jobs_and_keeps_the_accepted_ones(tmp_path: Path) -> None:
    library = build_failing_drive(tmp_path)
    failing = tmp_path / "failing"
    environment = {"LD_PRELOAD": str(library), "NOTULA_TEST_SYNC_FAILS": str(failing)}

    life = Life("tests.acceptance.failing_syncs", [str(tmp_path), str(failing)], environment)
    life.live()

    assert life.was_killed
    assert life.said == [
        f"refused: {DriveFailing.sentence}",
        f"notice: {DriveFailing.sentence}",
        "ended: 10",
        "notice: None",
    ]
    assert life.accepted == {"later.wav"}
    left = await jobs_left(tmp_path / "notula.db", tmp_path)
    # What has ended while the drive failed may run again; what was accepted is never lost.
    assert {*NAMES[10:]} <= set(left)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database as a killed process leaves it: 20 unfinished jobs, half of them only in the log."""
    return asyncio.run(leave_a_database(tmp_path_factory.mktemp("sound")))


async def leave_a_database(folder: Path) -> Path:
    instance = Instance(folder / "instances", lambda: "the killed one")
    instance.announce()
    database = await Database.open(folder / "notula.db")
    journal, history = SqliteJobJournal(database, instance), SqliteHistory(database)
    words = random.Random(1)
    await journal.record([make_job(name) for name in NAMES[:10]])
    for number in range(TRANSCRIPTS):
        job = make_job(f"done-{number}.wav")
        text = " ".join(str(words.random()) for _ in range(100)) + "."
        await journal.record([job])
        saved = await history.save(
            job.source, CacheKey(job.id), HASH, make_transcript(text), float(number), requester=THE_OWNER
        )
        done = job.moved_to(JobState.RUNNING).moved_to(JobState.DONE, finished_at=1.0, transcript_id=saved)
        await journal.update(done)
    await database.erase()
    for name in NAMES[10:]:
        await journal.record([make_job(name)])
    left = folder / "left"
    left.mkdir()
    for suffix in ("", "-wal"):
        shutil.copy(folder / f"notula.db{suffix}", left)
    await database.close()
    instance.leave()
    return left


def overwrite(file: Path, place: int, content: bytes) -> None:
    with file.open("r+b") as opened:
        opened.seek(place)
        opened.write(content)


async def start(file: Path, said: list[str]) -> tuple[list[str], int]:
    """What one start finds, names of unfinished recordings and the number of transcripts, and says."""
    database = await Database.open(file)
    instance = Instance(file.parent / "instances", lambda: "one after another")
    instance.announce()
    names: list[str] = []
    transcripts = -1
    try:
        journal = SqliteJobJournal(database, instance)
        names = [job.source.name for job in await journal.adopt_all()]
        await journal.finished(1_000)
        transcripts = (await SqliteHistory(database).page("", 1, 0)).total
    except StoreDamaged:
        assert database.notice is not None
    finally:
        said += [str(database.notice)] if database.notice else []
        await database.close()
        instance.leave()
    return names, transcripts


@pytest.mark.parametrize("suffix", ["", "-wal"], ids=["in the file", "in the log"])
async def test_a_flipped_byte_never_keeps_it_from_opening_nor_loses_a_job_silently(
    sound: Path, tmp_path: Path, suffix: str
) -> None:
    places = random.Random(f"flips{suffix}")
    damaged = f"notula.db{suffix}"
    size_bytes = (sound / damaged).stat().st_size
    pages = list(range(size_bytes // 4096))
    # The first pages hold the header, the schema and the beginnings of all tables; after them any.
    chosen = (pages[:20] + places.choices(pages, k=40))[::EVERY]

    lossless = 0
    for number, page in enumerate(chosen):
        folder = tmp_path / str(number)
        shutil.copytree(sound, folder)
        file = folder / "notula.db"
        place = page * 4096 + (places.randrange(200) if number % 2 else places.randrange(4096))
        byte = (folder / damaged).read_bytes()[place]
        overwrite(folder / damaged, place, bytes([byte ^ places.choice((0xFF, 0x01, 0x40))]))

        said: list[str] = []
        first = await asyncio.wait_for(start(file, said), PATIENCE_S)
        second = await asyncio.wait_for(start(file, said), PATIENCE_S)

        aside = list(folder.glob("notula.db.broken-*"))
        is_whole = set(NAMES) <= {*first[0], *second[0]}
        assert is_whole or (said and aside), f"flipped byte {place} lost jobs silently"
        assert len(set(NAMES) - {*first[0], *second[0]}) <= 1 + 4096 // 300, f"flipped byte {place} lost many"
        lossless += is_whole
        shutil.rmtree(folder)
    assert lossless >= 0.9 * len(chosen)  # All but those that hit a job itself.


async def test_a_file_of_nothing_but_noise_or_cut_short_is_begun_anew(sound: Path, tmp_path: Path) -> None:
    whole = (sound / "notula.db").read_bytes()
    noise = random.Random(3).randbytes(50_000)
    for number, content in enumerate((noise, whole[:99], whole[:4096], whole[:50_000], whole[:-5_000], b"\0" * 9_000)):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "notula.db").write_bytes(content)
        said: list[str] = []
        await asyncio.wait_for(start(folder / "notula.db", said), PATIENCE_S)
        await asyncio.wait_for(start(folder / "notula.db", said), PATIENCE_S)
        assert said, f"file {number}"


async def test_damage_that_is_found_while_running_is_mended_by_the_next_start(sound: Path, tmp_path: Path) -> None:
    file = Path(shutil.copy(sound / "notula.db", tmp_path))
    database = await Database.open(file)
    roots = "SELECT rootpage FROM sqlite_schema WHERE name = 'idx_transcripts_library'"
    root = await database.read(lambda connection: connection.execute(roots).fetchone()[0])
    await database.close()
    overwrite(file, (root - 1) * 4096, b"\xff" * 4096)

    database = await Database.open(file)
    assert database.notice is None
    with pytest.raises(StoreDamaged):
        await SqliteHistory(database).page("", 10, 0)
    assert database.notice is not None
    await database.close()

    assert await jobs_left(file, tmp_path) == sorted(NAMES[:10])
    database = await Database.open(file)
    assert (await SqliteHistory(database).page("", 10, 0)).total == TRANSCRIPTS
    assert database.notice is not None  # That start told nobody.
    await database.notices_told()
    assert database.notice is None
    assert len(list(tmp_path.glob("notula.db.broken-*"))) >= 1
    await database.close()


@pytest.mark.parametrize("moved", [(), ("-wal",), ("-wal", "")], ids=["nothing", "the log", "the file"])
async def test_a_start_that_was_killed_while_it_set_a_file_aside_is_finished_by_the_next(
    sound: Path, tmp_path: Path, moved: tuple[str, ...]
) -> None:
    file = tmp_path / "notula.db"
    for suffix in ("", "-wal"):
        shutil.copy(sound / f"notula.db{suffix}", tmp_path)
    await (await Database.open(tmp_path / "rescued.db")).close()
    database = await Database.open(tmp_path / "rescued.db")
    await SqliteHistory(database).save(
        make_source("saved.wav"), CacheKey("key"), HASH, make_transcript(), 1.0, requester=THE_OWNER
    )
    await database.close()
    (tmp_path / "rescued.db").rename(tmp_path / "notula.db.rescued")
    for suffix in moved:
        (tmp_path / f"notula.db{suffix}").rename(tmp_path / f"elsewhere{suffix}")

    database = await Database.open(file)
    page = await SqliteHistory(database).page("", 10, 0)

    assert [entry.name for entry in page.entries] == ["saved.wav"]
    assert not (tmp_path / "notula.db.rescued").exists()
    await database.close()


async def test_without_permission_nothing_is_set_aside(sound: Path, tmp_path: Path) -> None:
    if sys.platform == "win32" or os.geteuid() == 0:
        pytest.skip("the system's administrator may write everything")
    file = Path(shutil.copy(sound / "notula.db", tmp_path))
    file.chmod(0o400)
    with pytest.raises(StoreError):
        await Database.open(file)
    assert not list(tmp_path.glob("*.broken-*"))


@pytest.mark.parametrize(("frame", "is_told"), [(-1, False), (4, True)], ids=["the last commit", "one before"])
async def test_a_log_that_breaks_off_costs_neither_the_history_nor_a_job(
    sound: Path, tmp_path: Path, frame: int, *, is_told: bool
) -> None:
    """A killed process and a power cut leave a last commit that is cut off; that is no damage to alarm anybody with."""
    for suffix in ("", "-wal"):
        shutil.copy(sound / f"notula.db{suffix}", tmp_path)
    log = read_log(tmp_path / "notula.db")
    _, place = log.frames[frame]
    overwrite(tmp_path / "notula.db-wal", place + log.page_bytes - 1, b"\xaa")  # The row's last byte, or after it.

    said: list[str] = []
    names, transcripts = await start(tmp_path / "notula.db", said)

    assert set(NAMES[:19]) <= set(names)
    assert transcripts == TRANSCRIPTS
    assert bool(said) is is_told
    aside = [file.name for file in tmp_path.glob("*.broken-*")]
    assert len(aside) == is_told
    assert all(name.endswith("-wal") for name in aside)
