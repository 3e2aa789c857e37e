"""Deletes all that is kept of one person, in all stores together."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Protocol, runtime_checkable

import sqlite_utils

from core.domain.person import Person
from core.store.sqlite.database import Database
from core.store.sqlite.erasure import note_deletion
from core.store.stores import BotStores, Stores


@runtime_checkable
class KeepsPersonalData(Protocol):
    """What every store says, also one that keeps nothing of a person."""

    def forget_person(self, database: sqlite_utils.Database, person: Person) -> None:
        """Delete what is kept of this person, in the caller's transaction and the writing thread."""

    def drop_person(self, person: Person) -> None:
        """Drop what is remembered of this person in memory, once the transaction is committed."""


class PersonalStore:
    """A base for stores without a memory of their own."""

    def drop_person(self, person: Person) -> None:
        """Nothing is remembered."""


class SqlitePersonDeletion:
    """Asks each of these stores, in one transaction.

    Raises TypeError for a store that doesn't say what it does with a person's data.
    """

    def __init__(self, database: Database, stores: Sequence[object]) -> None:
        self._database = database
        self._stores: list[KeepsPersonalData] = []
        for store in stores:
            if not isinstance(store, KeepsPersonalData):
                raise TypeError(f"{type(store).__name__} doesn't say how a person is forgotten")
            self._stores.append(store)

    async def forget(self, person: Person) -> None:
        """Delete what this person has asked for, was given and has chosen, all or nothing, and from the files, too.

        Raises `StoreError`.
        """

        def operation(database: sqlite_utils.Database) -> None:
            for store in self._stores:
                store.forget_person(database, person)
            note_deletion(database, is_indexed=False)

        await self._database.write(operation)
        for store in self._stores:
            store.drop_person(person)
        await self._database.erase()


def stores_in(bundle: Stores | BotStores) -> Iterable[object]:
    """The stores of a bundle, without what keeps nothing."""
    return (getattr(bundle, field.name) for field in fields(bundle) if field.name not in NOT_STORES)


NOT_STORES = frozenset({"ended_records", "instance", "maintenance", "for_bot", "person_deletion"})
"""Fields of `Stores` and `BotStores` that keep nothing."""
