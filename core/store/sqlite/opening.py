"""Opening the database's file: made, migrated, checked, and begun anew where it is damaged."""

import contextlib
import logging
import secrets
import shutil
import sqlite3
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import sqlite_utils
from filelock import FileLock

from core.domain import TranslatableText, mark
from core.store.sqlite.health import damage_mark, primary_code
from core.store.sqlite.notices import Notice, keep_notice, name_kept_file, untold
from core.store.sqlite.recovery.carry_over import carry_over
from core.store.sqlite.recovery.header import is_header_sound
from core.store.sqlite.recovery.kept_files import KEPT_DAYS, free_name, newest_kept
from core.store.sqlite.recovery.pages import DamagedFile
from core.store.sqlite.recovery.rescue import add_missing, rescue
from core.store.sqlite.recovery.write_ahead_log import Log, log_file, read_log
from core.store.sqlite.schema import migrations
from core.store.sqlite.version import bring_up_to_date, refuse_newer
from core.system.private_files import (
    FILE_MODE,
    all_may_write,
    create_for_owner,
    is_foreign_file,
    make_folder,
    open_for_owner,
    refuse_planted,
)

logger = logging.getLogger(__name__)

BUSY_TIMEOUT_S = 10

LONGEST_CHECK_S = 1.0
"""100,000 jobs take 0.3 s."""

_OF_THE_SURROUNDINGS = (
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_NOMEM,
)
"""What a sound file fails with, too. All other errors mean that the file is damaged."""

_SAVED = mark(
    "The database was damaged, and a new one is begun. Recordings saved that go on: {jobs}; transcripts saved: "
    "{transcripts}. The damaged file is kept for {days} days as {path}, or until you delete a transcript."
)


_REST_SAVED = mark(
    "A part of the database's log was damaged. Saved from what came after it: {jobs} recordings that go on, "
    "{transcripts} transcripts. The damaged log is kept for {days} days as {path}, or until you delete a transcript."
)


_NOT_BELIEVED = mark(
    "{path} may have been put there by another account, so it isn't used. It is kept as {aside}; look at it, and at "
    "who uses this computer."
)

_OF_RESCUE = (".rescued", ".rescuing", ".rescuing-wal", ".rescuing-shm", ".damaged", ".opening")
_OF_SQLITE = ("-wal", "-shm", "-journal")
"""What beside the database's file says something about it. Another account may have put it there while it could."""


class _Damaged(Exception):
    """The file was opened, but what is in it can't be."""


class _LogCutOff(Exception):
    """SQLite takes so many of the log's last commits for none."""

    def __init__(self, commits: int) -> None:
        self.commits = commits
        super().__init__(f"{commits} commits at the log's end")


def open_writer(file: Path) -> tuple[sqlite_utils.Database, tuple[Notice, ...]]:
    """The connection that writes, and what a person wasn't told yet, of this opening and of earlier ones.

    Raises `sqlite3.Error` or `OSError` where the surroundings don't let us, and `StoreTooNew`. Blocks.
    """
    make_folder(file.parent)
    planted = _set_planted_aside(file)
    refuse_planted(file)
    # Turning on the write-ahead log fails at once, whatever the timeout, while another process does the same.
    with FileLock(file.with_name(f"{file.name}.opening"), timeout=BUSY_TIMEOUT_S, mode=FILE_MODE):
        _put_in_place(file)
        _delete(_rescuing(file))  # Left by a process that was killed; it would outlast a deletion.
        database = _open(file)
        try:
            aside = newest_kept(file)
            if aside is not None:  # It may have been put aside by a process that was killed before it could say so.
                name_kept_file(database, aside)
            if planted is not None:
                with database.conn:
                    keep_notice(database, planted)
            return database, untold(database.conn)
        except BaseException:
            database.close()
            raise


def _open(file: Path) -> sqlite_utils.Database:
    try:
        try:
            return _connect_sound(file)
        except _LogCutOff as cut_off:
            return _connect_with_rest(file, cut_off)
    except _Damaged:
        logger.exception("The database is damaged")
    _refuse_newer_damaged(file)
    with contextlib.closing(_connect(_rescuing(file))) as database:
        with database.conn:
            carry_over(file, database)
        with contextlib.closing(DamagedFile(file)) as pages:
            rescue(pages, database, told=partial(_keep, database, _SAVED, ""))
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()  # Only the file itself is renamed.
    _rescuing(file).replace(_rescued(file))
    aside = _put_in_place(file)
    logger.warning("What could be read of it is in a new database; the old one is %s", aside)
    return _connect(file)


def _keep(database: sqlite_utils.Database, template: str, path: str, jobs: int, transcripts: int) -> None:
    """Keep what a person is to be told, in the transaction that saves what can be saved."""
    values: dict[str, str | int | float] = {"jobs": jobs, "transcripts": transcripts, "path": path, "days": KEPT_DAYS}
    keep_notice(database, TranslatableText(template, values))


def _refuse_newer_damaged(file: Path) -> None:
    """Raise `StoreTooNew` where that can still be read: a rescue would lose what only a newer version knows."""
    with (
        contextlib.suppress(sqlite3.Error),
        contextlib.closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as reader,
    ):
        refuse_newer(reader)


def _connect_sound(file: Path) -> sqlite_utils.Database:
    """Raises `_Damaged`."""
    if not file.exists():
        damage_mark(file).unlink(missing_ok=True)
    if damage_mark(file).exists():
        raise _Damaged("was found while it was in use")
    log = read_log(file)
    with _told_as_damage(file), _log_kept(file, log):
        database = _connect(file)
        try:
            _check_log(file, log, database)
            _check(database)
        except BaseException:
            database.close()
            raise
    return database


@contextlib.contextmanager
def _told_as_damage(file: Path) -> Iterator[None]:
    """Raise `_Damaged` for errors that are not of the surroundings."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        # The header is read only now, since closing the file would release the locks of another connection of this
        # process (https://www.sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_).
        if primary_code(error) in _OF_THE_SURROUNDINGS and is_header_sound(file):
            raise
        raise _Damaged from error


@contextlib.contextmanager
def _log_kept(file: Path, log: Log) -> Iterator[None]:
    """See that the log is still there if the file turns out to be damaged.

    The last connection that closes deletes it, but not if that one may only read.
    """
    with contextlib.ExitStack() as stack:
        if log.frames:
            with contextlib.suppress(sqlite3.DatabaseError):  # The connection that writes will say the same.
                reader = sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=BUSY_TIMEOUT_S)
                stack.enter_context(contextlib.closing(reader))
                reader.execute("PRAGMA schema_version").fetchone()
        yield


def _check_log(file: Path, before: Log, database: sqlite_utils.Database) -> None:
    """Compare what the log held before with what SQLite has made of it, unless it was begun anew meanwhile."""
    _, frames, _ = database.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    if not before.frames or read_log(file).salts != before.salts:
        return
    lost = sum(commit > frames for commit in before.commits)
    if lost or not before.is_header_sound:
        raise _LogCutOff(lost)


def _connect_with_rest(file: Path, cut_off: _LogCutOff) -> sqlite_utils.Database:
    """Open a database and add to it what its log holds behind the place at which SQLite stops reading it.

    A last commit that is cut off is what a process that was killed leaves, or a power cut: that is nobody's business,
    as nothing was acknowledged by it. More than one tells of damage, and of that a person is told.
    """
    logger.warning("SQLite reads the log of the database without its last %d commits", cut_off.commits)
    aside = log_file(free_name(file))
    if cut_off.commits > 1:
        with log_file(file).open("rb") as log, open(aside, "xb", opener=open_for_owner) as copy:
            shutil.copyfileobj(log, copy)
    with contextlib.closing(sqlite_utils.Database(memory=True)) as rest:
        migrations.apply(rest)
        with contextlib.closing(DamagedFile(file)) as pages:  # Closed before SQLite opens the file: see above.
            rescue(pages, rest, only_in_log=True)
        with _told_as_damage(file):
            database = _connect(file)
            try:
                _check(database)
                add_missing(
                    rest,
                    database,
                    told=partial(_keep, database, _REST_SAVED, str(aside)) if cut_off.commits > 1 else None,
                )
            except BaseException:
                database.close()
                raise
    return database


def _check(database: sqlite_utils.Database) -> None:
    """Look at what every start needs: the tables' definitions, and the jobs. The rest may be too much to wait for."""
    if (_pragma(database, "encoding"), _pragma(database, "auto_vacuum")) != ("UTF-8", 0):
        raise _Damaged("its header")
    # A transaction begins even where nothing may be written, which only the first write tells.
    database.execute("BEGIN IMMEDIATE")
    database.execute(f"PRAGMA user_version = {_pragma(database, 'user_version')}")
    database.conn.rollback()
    sound = sqlite_utils.Database(memory=True)
    migrations.apply(sound)
    for table in sound.table_names():
        columns = ", ".join(f'"{column.name}" = "{column.name}"' for column in sound.table(table).columns)
        # Compiling these needs all columns, indexes and triggers to be there.
        database.execute(f'EXPLAIN UPDATE "{table}" SET {columns}')  # noqa: S608  The names are our own.
        database.execute(f'EXPLAIN INSERT INTO "{table}" DEFAULT VALUES')
        database.execute(f'EXPLAIN DELETE FROM "{table}"')  # noqa: S608
    sound.close()
    found = _check_jobs(database.conn)
    if found != ["ok"]:
        raise _Damaged("; ".join(found))


def _check_jobs(connection: sqlite3.Connection) -> list[str]:
    """What is wrong with the jobs, as far as there is time to look: nobody is to wait for a large table."""
    give_up_at = time.monotonic() + LONGEST_CHECK_S
    connection.set_progress_handler(lambda: time.monotonic() > give_up_at, 10_000)
    try:
        return [row[0] for row in connection.execute("PRAGMA integrity_check(jobs)").fetchall()]
    except sqlite3.OperationalError as error:
        if primary_code(error) != sqlite3.SQLITE_INTERRUPT:
            raise
        logger.info("There was not enough time to look at all jobs; damage in them is found when they are read")
        return ["ok"]
    finally:
        connection.set_progress_handler(None, 0)


def _pragma(database: sqlite_utils.Database, name: str) -> object:
    return database.execute(f"PRAGMA {name}").fetchone()[0]


def _connect(file: Path) -> sqlite_utils.Database:
    create_for_owner(file)  # SQLite gives its log and its shared memory the permissions of the file.
    connection = sqlite3.connect(file, timeout=BUSY_TIMEOUT_S, check_same_thread=False)
    try:
        refuse_newer(connection)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA temp_store = MEMORY")  # Nor in files that SQLite makes for itself.
        connection.execute("PRAGMA secure_delete = ON")  # What a person deletes must not stay readable in the file.
        database = sqlite_utils.Database(connection)
        connection.execute("BEGIN IMMEDIATE")  # Two that read first and write then would be in each other's way.
        with connection:
            bring_up_to_date(database)
    except BaseException:
        connection.close()
        raise
    return database


def _put_in_place(file: Path) -> Path | None:
    """Rename a damaged database for which there's a rescued one, and put that in its place. Returns the new name.

    It may be killed after any step: what is left to do, the next call does. The log goes before the file that it
    belongs to, because SQLite would take it for the rescued one's.
    """
    if not _rescued(file).exists():
        return None
    aside = free_name(file)
    for suffix in ("-shm", "-wal", ""):
        with contextlib.suppress(FileNotFoundError):
            file.with_name(file.name + suffix).replace(aside.with_name(aside.name + suffix))
    damage_mark(file).unlink(missing_ok=True)
    _rescued(file).replace(file)
    return aside


def _set_planted_aside(file: Path) -> TranslatableText | None:
    """Rename what lies beside the database and would be believed, where another account can have put it there."""
    told: TranslatableText | None = None
    for suffix in (*_OF_RESCUE, *_OF_SQLITE):
        beside = file.with_name(file.name + suffix)
        # SQLite's log is the better part of the database, even where everybody could have written to it.
        # Another process may be opening the database: what it puts beside it for a moment is ours and is left alone.
        if is_foreign_file(beside) or (suffix == ".rescued" and all_may_write(beside)):
            aside = file.with_name(
                f"{file.name}.untrusted-{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(4)}{suffix}"
            )
            beside.replace(aside)
            logger.warning("%s may be another account's, so it isn't used; it is kept as %s", beside, aside)
            told = TranslatableText(_NOT_BELIEVED, {"path": str(beside), "aside": str(aside)})
    return told


def _rescuing(file: Path) -> Path:
    return file.with_name(f"{file.name}.rescuing")


def _rescued(file: Path) -> Path:
    return file.with_name(f"{file.name}.rescued")


def _delete(file: Path) -> None:
    for suffix in ("-shm", "-wal", ""):
        file.with_name(file.name + suffix).unlink(missing_ok=True)
