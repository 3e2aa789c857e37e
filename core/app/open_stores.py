"""Opens the database in the data folder: the one place where a running Notula names the kind of its store."""

import asyncio
from collections.abc import Callable
from functools import partial

from core.concurrency.lifetime import Lifetime
from core.config import Folders
from core.store import Stores
from core.store.sqlite import Database, Instance, sqlite_stores, store_error
from core.system.private_files import close_to_others


async def open_stores(
    folders: Folders, lifetime: Lifetime, *, clock: Callable[[], float], new_id: Callable[[], str]
) -> Stores:
    """The stores, until the end of `lifetime`; the journal's jobs belong to a new instance, named by `new_id`.

    `clock` gives seconds since the epoch. Raises `StoreError` where the data folder can't be used.
    """
    instance = Instance(folders.instances, new_id)
    database = await Database.open(folders.database)
    lifetime.at_end("database", database.close)
    lifetime.at_end("instance", partial(asyncio.to_thread, instance.leave))
    await asyncio.to_thread(close_to_others, folders.all)
    try:
        await asyncio.to_thread(instance.announce)
    except OSError as error:
        raise store_error(error, folders.data) from error
    return sqlite_stores(database, folders.database, instance, clock)
