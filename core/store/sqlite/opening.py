"""Opening the database's file: made, migrated, checked, and begun anew where it is damaged."""

import contextlib
import logging
import shutil
import sqlite3
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import sqlite_utils
from filelock import FileLock

from core.domain import TranslatableText, mark
from core.store.sqlite.connection import BUSY_TIMEOUT_S, connect_writer
from core.store.sqlite.health import damage_mark
from core.store.sqlite.integrity import Damaged, LogCutOff, check_log, check_tables, damage_raised
from core.store.sqlite.notices import Notice, keep_notice, name_kept_file, untold
from core.store.sqlite.recovery.carry_over import carry_over
from core.store.sqlite.recovery.kept_files import KEPT_DAYS, free_name, newest_kept
from core.store.sqlite.recovery.pages import DamagedFile
from core.store.sqlite.recovery.replacement import delete_database, put_in_place, rescued_file, rescuing_file
from core.store.sqlite.recovery.rescue import add_missing, rescue
from core.store.sqlite.recovery.write_ahead_log import Log, log_file, read_log
from core.store.sqlite.schema import migrations
from core.store.sqlite.untrusted_files import set_untrusted_aside
from core.store.sqlite.version import refuse_newer
from core.system.private_files import (
    FILE_MODE,
    make_folder,
    open_for_owner,
    refuse_planted,
)

logger = logging.getLogger(__name__)

_SAVED = mark(
    "The database was damaged, and a new one is begun. Recordings saved that go on: {jobs}; transcripts saved: "
    "{transcripts}. The damaged file is kept for {days} days as {path}, or until you delete a transcript."
)


_REST_SAVED = mark(
    "A part of the database's log was damaged. Saved from what came after it: {jobs} recordings that go on, "
    "{transcripts} transcripts. The damaged log is kept for {days} days as {path}, or until you delete a transcript."
)


def open_writer(file: Path) -> tuple[sqlite_utils.Database, tuple[Notice, ...]]:
    """The connection that writes, and the notices of this and earlier openings that were not shown yet.

    Raises `sqlite3.Error` or `OSError` where locks, the drive or permissions prevent it, and `StoreTooNew`. Blocks.
    """
    make_folder(file.parent)
    planted = set_untrusted_aside(file)
    refuse_planted(file)
    # Turning on the write-ahead log fails at once, whatever the timeout, while another process does the same.
    with FileLock(file.with_name(f"{file.name}.opening"), timeout=BUSY_TIMEOUT_S, mode=FILE_MODE):
        put_in_place(file)
        delete_database(rescuing_file(file))  # Left by a process that was killed; it would outlast a deletion.
        database = _open(file)
        try:
            aside = newest_kept(file)
            if aside is not None:  # A killed process may have set it aside before it could write the notice.
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
        except LogCutOff as cut_off:
            return _connect_with_rest(file, cut_off)
    except Damaged:
        logger.exception("The database is damaged")
    _refuse_newer_damaged(file)
    with contextlib.closing(connect_writer(rescuing_file(file))) as database:
        with database.conn:
            carry_over(file, database)
        with contextlib.closing(DamagedFile(file)) as pages:
            rescue(pages, database, told=partial(_keep, database, _SAVED, ""))
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()  # Only the file itself is renamed.
    rescuing_file(file).replace(rescued_file(file))
    aside = put_in_place(file)
    logger.warning("What could be read of it is in a new database; the old one is %s", aside)
    return connect_writer(file)


def _keep(database: sqlite_utils.Database, template: str, path: str, jobs: int, transcripts: int) -> None:
    """Keep the notice for the person in the transaction that saves the rows."""
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
    """Raises `Damaged`."""
    if not file.exists():
        damage_mark(file).unlink(missing_ok=True)
    if damage_mark(file).exists():
        raise Damaged("was found while it was in use")
    log = read_log(file)
    with damage_raised(file), _log_kept(file, log):
        database = connect_writer(file)
        try:
            check_log(file, log, database)
            check_tables(database)
        except BaseException:
            database.close()
            raise
    return database


@contextlib.contextmanager
def _log_kept(file: Path, log: Log) -> Iterator[None]:
    """Keep the log from being deleted while the file may turn out to be damaged.

    The last connection that closes deletes it, but not if that one may only read.
    """
    with contextlib.ExitStack() as stack:
        if log.frames:
            with contextlib.suppress(sqlite3.DatabaseError):  # The connection that writes will say the same.
                reader = sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=BUSY_TIMEOUT_S)
                stack.enter_context(contextlib.closing(reader))
                reader.execute("PRAGMA schema_version").fetchone()
        yield


def _connect_with_rest(file: Path, cut_off: LogCutOff) -> sqlite_utils.Database:
    """Open a database and add to it what its log holds behind the place at which SQLite stops reading it.

    A last commit that is cut off is what a killed process or a power cut leaves; it was never acknowledged, so there
    is no notice of it. More than one means damage, of which there is a notice.
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
        with damage_raised(file):
            database = connect_writer(file)
            try:
                check_tables(database)
                add_missing(
                    rest,
                    database,
                    told=partial(_keep, database, _REST_SAVED, str(aside)) if cut_off.commits > 1 else None,
                )
            except BaseException:
                database.close()
                raise
    return database
