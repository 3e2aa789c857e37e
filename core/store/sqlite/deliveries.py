"""The outbox of the bot: deliveries from before they are promised until they are finished."""

import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import asdict, fields
from typing import Any

import sqlite_utils

from core.domain import TranscriptId
from core.domain.bot import Delivery, DeliveryId, DeliveryKind
from core.domain.bot_records import JournaledDelivery
from core.domain.person import Person
from core.store.sqlite.database import Database
from core.store.sqlite.person_deletion import PersonalStore
from core.store.sqlite.readable import readable

_INSERT = """INSERT INTO deliveries
    (id, kind, bot_id, chat_id, user_id, job_id, transcript_id, created_at, body)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING"""


_LATELY = """SELECT chat_id, max(at) AS at FROM (
        SELECT chat_id, CASE WHEN finished_at > created_at THEN finished_at ELSE created_at END AS at FROM deliveries
            WHERE bot_id = :bot AND (created_at > :since OR finished_at > :since)
        UNION ALL SELECT chat_id, received_at FROM telegram_updates WHERE +bot_id = :bot AND received_at > :since
    ) AS activity GROUP BY chat_id"""
"""The unary plus keeps SQLite from using the index of bot_id, which all rows share, instead of that of the times:
https://www.sqlite.org/optoverview.html#disqualifying_where_clause_terms_using_unary_"""


class SqliteDeliveries(PersonalStore):
    """The deliveries of one bot. `clock` gives seconds since the epoch. All methods raise `StoreError`."""

    def __init__(self, database: Database, bot_id: int, clock: Callable[[], float]) -> None:
        self._database = database
        self._bot_id = bot_id
        self._clock = clock

    async def open(self, delivery: Delivery) -> bool:
        """Write a new delivery, durably. False where there is one of its id."""
        values = [
            delivery.id,
            delivery.kind.value,
            self._bot_id,
            delivery.chat_id,
            delivery.user_id,
            delivery.job_id,
            delivery.transcript_id,
            delivery.created_at,
            json.dumps(asdict(delivery), ensure_ascii=False),
        ]
        return await self._database.write(lambda database: bool(database.execute(_INSERT, values).rowcount))

    async def set_messages(self, delivery_id: DeliveryId, chat_id: int, message_ids: Sequence[int]) -> None:
        """Write, durably, the messages sent for a delivery, and its chat, as a group may have been upgraded."""
        values = [json.dumps(list(message_ids)), chat_id, delivery_id]
        query = "UPDATE deliveries SET messages = ?, chat_id = ? WHERE id = ?"
        await self._database.write(lambda database: database.execute(query, values))

    async def set_transcript(self, delivery_id: DeliveryId, transcript_id: TranscriptId) -> None:
        """Write the transcript of a delivery, once its job is done."""
        values = [transcript_id, delivery_id]
        query = "UPDATE deliveries SET transcript_id = ? WHERE id = ?"
        await self._database.write(lambda database: database.execute(query, values), durable=False)

    async def finish(self, delivery_id: DeliveryId) -> None:
        """Mark a delivery as finished: all of it is delivered, or can't be."""
        values = [self._clock(), delivery_id]
        query = "UPDATE deliveries SET finished_at = ? WHERE id = ?"
        await self._database.write(lambda database: database.execute(query, values), durable=False)

    async def get(self, delivery_id: DeliveryId) -> JournaledDelivery | None:
        """The delivery of this id, None where this bot has none."""
        return next(iter(await self._where("id = ?", [delivery_id])), None)

    async def unfinished(self) -> tuple[JournaledDelivery, ...]:
        """Unfinished deliveries, in the order of the requests."""
        return await self._where("finished_at IS NULL", [])

    async def silences(self, within_s: float) -> dict[int, float]:
        """Chats with messages within so many seconds, and how many seconds ago the last one was, at least.

        An unfinished delivery may have sent messages up to the last known activity of this bot.
        """
        now = self._clock()
        since = now - within_s

        def operation(connection: sqlite3.Connection) -> dict[int, float]:
            rows = connection.execute(_LATELY, {"bot": self._bot_id, "since": since})
            active_at = {int(row["chat_id"]): float(row["at"]) for row in rows}
            if active_at:
                query = "SELECT DISTINCT chat_id FROM deliveries WHERE bot_id = ? AND finished_at IS NULL"
                unfinished = [int(row["chat_id"]) for row in connection.execute(query, [self._bot_id])]
                active_at |= dict.fromkeys(unfinished, max(active_at.values()))
            return active_at

        active_at = await self._database.read(operation)
        return {chat_id: max(0.0, now - at) for chat_id, at in active_at.items()}

    async def unfinished_of(self, user_id: int) -> tuple[JournaledDelivery, ...]:
        """Unfinished deliveries of this person, in the order of the requests."""
        return await self._where("user_id = ? AND finished_at IS NULL", [user_id])

    async def at_message(self, chat_id: int, message_id: int) -> JournaledDelivery | None:
        """The delivery that has sent this message, or else the last one that replies to it."""
        recent = await self._where("chat_id = ?", [chat_id], newest=500)
        said = (found for found in recent if message_id in found.message_ids)
        answers = (found for found in recent if message_id == found.delivery.reply_to)
        return next(said, None) or next(answers, None)

    async def about(self, transcript_id: TranscriptId) -> tuple[JournaledDelivery, ...]:
        """All deliveries of this transcript, of any person."""
        return await self._where("transcript_id = ?", [transcript_id])

    async def forget(self, transcript_id: TranscriptId, user_id: int) -> None:
        """Detach this person's deliveries from this transcript."""
        where = "transcript_id = ? AND bot_id = ? AND user_id = ?"
        values = [transcript_id, self._bot_id, user_id]
        await self._database.write(lambda database: forget_transcript(database, where, values))

    def forget_person(self, database: sqlite_utils.Database, person: Person) -> None:
        """Delete what they were sent, by whichever bot."""
        database.execute("DELETE FROM deliveries WHERE user_id = ?", [person.user_id])

    async def _where(
        self, where: str, values: Sequence[object], *, newest: int | None = None
    ) -> tuple[JournaledDelivery, ...]:
        """Those of this bot, the oldest first; with `newest` so many at most, the newest first."""
        query = f"SELECT * FROM deliveries WHERE bot_id = ? AND {where} ORDER BY "  # noqa: S608
        query += "created_at, rowid" if newest is None else "created_at DESC, rowid DESC LIMIT ?"
        all_values = [self._bot_id, *values, *([] if newest is None else [newest])]

        def operation(connection: sqlite3.Connection) -> tuple[JournaledDelivery, ...]:
            rows = connection.execute(query, all_values)
            return tuple(readable(rows, _of_row, self._database.unreadable, "delivery"))

        return await self._database.read(operation)


def forget_transcript(database: sqlite_utils.Database, where: str, values: Sequence[object]) -> None:
    """Have these deliveries name no transcript and no recording any more, in the caller's transaction."""
    query = f"SELECT id, body FROM deliveries WHERE {where}"  # noqa: S608  Conditions are our own.
    for delivery_id, body in database.execute(query, values).fetchall():
        try:
            blank = json.dumps(json.loads(body) | {"name": ""}, ensure_ascii=False)
        except (ValueError, TypeError, RecursionError):
            blank = "{}"
        database.execute("UPDATE deliveries SET transcript_id = NULL, body = ? WHERE id = ?", [blank, delivery_id])


def _of_row(row: sqlite3.Row) -> JournaledDelivery:
    """Raises ValueError where the row is damaged, or of a kind that only a newer version knows."""
    try:
        body: dict[str, Any] = json.loads(row["body"])
        known = {field.name: body[field.name] for field in fields(Delivery) if field.name in body}
        known |= {
            "kind": DeliveryKind(known["kind"]),
            "formats": tuple(known.get("formats", ())),
            "transcript_id": row["transcript_id"],
            "chat_id": row["chat_id"],
        }
        messages = tuple(int(message_id) for message_id in json.loads(row["messages"]))
        return JournaledDelivery(Delivery(**known), messages, row["finished_at"] is not None)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("no delivery") from error
