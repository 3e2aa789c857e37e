"""What was chosen in each chat with the bot."""

import json
import sqlite3
from dataclasses import asdict

import sqlite_utils

from core.domain.bot import ChatPreferences
from core.domain.person import Person
from core.store.sqlite.database import Database
from core.store.sqlite.person_deletion import PersonalStore

_MOST_REMEMBERED = 10_000

_SET = """INSERT INTO chat_preferences (chat_id, body) VALUES (?, ?)
    ON CONFLICT (chat_id) DO UPDATE SET body = excluded.body"""


_COPY = """INSERT INTO chat_preferences (chat_id, body) SELECT :to, body FROM chat_preferences WHERE chat_id = :chat
    ON CONFLICT (chat_id) DO UPDATE SET body = excluded.body"""


class SqliteChatPreferences(PersonalStore):
    """One row a chat, remembered once read. Belongs to one event loop."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._remembered: dict[int, ChatPreferences] = {}

    async def get(self, chat_id: int) -> ChatPreferences:
        """What was chosen in this chat; all empty where nothing was. Raises `StoreError`."""
        if chat_id not in self._remembered:

            def operation(connection: sqlite3.Connection) -> str | None:
                row = connection.execute("SELECT body FROM chat_preferences WHERE chat_id = ?", [chat_id]).fetchone()
                return row["body"] if row else None

            body = await self._database.read(operation)
            try:
                self._remember(chat_id, _read(body))
            except ValueError:
                self._database.unreadable("chat preferences", chat_id)
                self._remember(chat_id, ChatPreferences())
        return self._remembered[chat_id]

    async def set(self, chat_id: int, preferences: ChatPreferences) -> None:
        """Keep what was chosen in this chat. Raises `StoreError`."""
        body = json.dumps(asdict(preferences))
        await self._database.write(lambda database: database.execute(_SET, [chat_id, body]))
        self._remember(chat_id, preferences)

    async def move(self, chat_id: int, to_chat_id: int) -> None:
        """Move the preferences of a group that has become a supergroup. Idempotent. Raises `StoreError`."""

        def operation(database: sqlite_utils.Database) -> None:
            database.execute(_COPY, {"chat": chat_id, "to": to_chat_id})
            database.execute("DELETE FROM chat_preferences WHERE chat_id = ?", [chat_id])

        await self._database.write(operation)
        for each in (chat_id, to_chat_id):
            self._remembered.pop(each, None)

    def forget_person(self, database: sqlite_utils.Database, person: Person) -> None:
        """Delete what was chosen in their chat with the bot, whose number is theirs."""
        database.execute("DELETE FROM chat_preferences WHERE chat_id = ?", [person.user_id])

    def drop_person(self, person: Person) -> None:
        """Drop what is remembered of their chat."""
        self._remembered.pop(person.user_id, None)

    def _remember(self, chat_id: int, preferences: ChatPreferences) -> None:
        if len(self._remembered) >= _MOST_REMEMBERED:
            self._remembered.clear()
        self._remembered[chat_id] = preferences


def _read(body: str | None) -> ChatPreferences:
    """What this version knows of a row; a newer one may have written more. Raises ValueError where it is damaged."""
    if body is None:
        return ChatPreferences()
    usual = asdict(ChatPreferences())
    try:
        values = json.loads(body)
        known = {name: values[name] for name in usual if name in values}
        preferences = ChatPreferences(**{**known, "formats": tuple(known.get("formats", ()))})
    except TypeError as error:
        raise ValueError("no preferences") from error
    if any(type(value) is not type(usual[name]) for name, value in asdict(preferences).items()):
        raise ValueError("preferences of other types")
    return preferences
