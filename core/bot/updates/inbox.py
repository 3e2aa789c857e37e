"""The inbox: updates are journaled before Telegram may forget them, then handled in the order of each chat."""

import asyncio
import json
import logging
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from core.bot.updates.stored_update import storable_update
from core.concurrency.supervision import Supervisor, is_being_cancelled
from core.domain.bot import ReceivedUpdate
from core.domain.errors import StoreError
from core.store import Updates

logger = logging.getLogger(__name__)

MAX_CONCURRENT_CHATS = 256
"""Handlers take milliseconds, but may have to wait for the rate limit of sending."""

MAX_IN_MEMORY = 1000
MAX_IN_MEMORY_PER_CHAT = 20
"""Updates beyond that, in all or in one chat, are kept in the journal alone."""

ERASE = "erase"
"""The result of a handler after which the update has to be erased from the database's files."""

_RETRY_DELAYS_S = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0, 60.0, 60.0)
"""Delays between attempts while the database can't be written: a full disk is mostly cleared within minutes."""


def received_update(raw: Mapping[str, Any]) -> ReceivedUpdate:
    """An update as it is journaled, from Telegram's JSON. Raises ValueError for anything else.

    https://core.telegram.org/bots/api#update
    """
    update_id = raw.get("update_id")
    if type(update_id) is not int or not 0 <= update_id < 2**53:
        raise ValueError("an update without an id")
    body = json.dumps(storable_update(raw), ensure_ascii=False, separators=(",", ":"))
    # Lone surrogates can be neither stored nor sent.
    return ReceivedUpdate(update_id, _chat_of(raw), body.encode(errors="replace").decode())


def _chat_of(raw: Mapping[str, Any]) -> int:
    """The id of the update's chat, else of its person, which is that of their private chat."""
    for event in raw.values():
        if isinstance(event, dict):
            message = event.get("message")
            chat = event.get("chat") or (message.get("chat") if isinstance(message, dict) else None)
            place = chat or event.get("from") or event.get("user")
            if isinstance(place, dict) and type(place.get("id")) is int:
                return int(place["id"])
    return 0


class Inbox:
    """Calls `handle` for each journaled update: sequentially within a chat, concurrently across chats.

    After a crash or a database error an update may be handled again. `pause` waits for so many seconds. Belongs to one
    event loop.
    """

    def __init__(
        self,
        journal: Updates,
        handle: Callable[[ReceivedUpdate], Awaitable[object]],
        *,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        supervisor: Supervisor | None = None,
    ) -> None:
        self._supervisor = supervisor or Supervisor()
        self._journal = journal
        self._handle = handle
        self._pause = pause
        self._queues: dict[int, deque[ReceivedUpdate]] = {}
        self._ids_in_memory: set[int] = set()
        self._chat_tasks: dict[int, asyncio.Task[None]] = {}
        self._chat_slots = asyncio.Semaphore(MAX_CONCURRENT_CHATS)
        self._incomplete_chats: set[int] = set()
        """Chats that may have updates in the journal which aren't in memory."""
        self._is_truncated = False
        """Whether any chat may have such updates."""
        self._reader: asyncio.Task[None] | None = None
        self._arrived_while_reading = False
        """Whether an update was journaled during a read, which may have missed it."""
        self._finished_while_reading: set[int] = set()
        """Ids that were finished during a read, which may have returned them as unhandled."""
        self._to_erase: set[int] = set()
        self._closing = False

    @property
    def waiting(self) -> int:
        """How many updates in memory aren't finished."""
        return len(self._ids_in_memory)

    async def start(self) -> None:
        """Read the unhandled updates of earlier processes. Raises `StoreError`."""
        self._reader = asyncio.create_task(self._read_journal(), name="read-updates")
        await self._reader

    async def record(self, updates: Sequence[ReceivedUpdate]) -> None:
        """Journal these updates and queue them. Once this returns, Telegram may forget them.

        Raises `StoreError`; then none of them is journaled.
        """
        for update in await self._journal.record(updates):
            # A new update must not overtake those of its chat that are in the journal alone.
            if self._reader is not None:
                self._arrived_while_reading = True
            elif len(self._ids_in_memory) >= MAX_IN_MEMORY:
                self._is_truncated = True
            elif (
                update.chat_id in self._incomplete_chats
                or len(self._queues.get(update.chat_id, ())) >= MAX_IN_MEMORY_PER_CHAT
            ):
                self._incomplete_chats.add(update.chat_id)
            elif not self._is_truncated:
                self._enqueue(update)

    async def close(self, grace_s: float = 5.0) -> None:
        """Finish the current update of each chat within `grace_s`; the others stay in the journal."""
        self._closing = True
        tasks = [*self._chat_tasks.values(), *([self._reader] if self._reader else [])]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=grace_s)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late)

    def _enqueue(self, update: ReceivedUpdate) -> None:
        if update.update_id in self._ids_in_memory or self._closing:
            return
        self._ids_in_memory.add(update.update_id)
        self._queues.setdefault(update.chat_id, deque()).append(update)
        if update.chat_id not in self._chat_tasks:
            self._chat_tasks[update.chat_id] = self._supervisor.start_once(
                "chat-updates", self._handle_chat(update.chat_id)
            )

    async def _handle_chat(self, chat_id: int) -> None:
        """Handle the queued updates of one chat."""
        queue = self._queues[chat_id]
        try:
            while queue and not self._closing:
                async with self._chat_slots:
                    update = queue.popleft()
                    await self._handle_and_mark(update)
                self._ids_in_memory.discard(update.update_id)
                if self._reader is not None:
                    self._finished_while_reading.add(update.update_id)
                self._read_if_due(chat_drained=False)
        finally:
            del self._queues[chat_id], self._chat_tasks[chat_id]
        self._read_if_due(chat_drained=chat_id in self._incomplete_chats)

    def _read_if_due(self, *, chat_drained: bool) -> None:
        """Start to read the journal if a chat with updates there has none in memory, or if there is room."""
        is_due = chat_drained or (self._is_truncated and len(self._ids_in_memory) <= MAX_IN_MEMORY // 2)
        if is_due and self._reader is None and not self._closing:
            self._reader = self._supervisor.start("read-updates", self._read_with_retries)

    async def _handle_and_mark(self, update: ReceivedUpdate) -> None:
        """Handle an update and mark it as handled. Where the database fails for long, the next start does it."""
        is_handled = await self._retry(lambda: self._call_handler(update))
        if not is_handled or not await self._retry(lambda: self._journal.handled([update.update_id])):
            logger.error("Update %d is left to the next start", update.update_id)
        elif update.update_id in self._to_erase and not await self._retry(self._journal.erase):
            logger.error("The text of update %d could not be erased from the database's files", update.update_id)
        self._to_erase.discard(update.update_id)

    async def _retry(self, step: Callable[[], Awaitable[None]]) -> bool:
        """Call `step` until it succeeds, with delays after errors; False after the last delay."""
        for delay_s in _RETRY_DELAYS_S:
            try:
                await step()
            except StoreError:
                await self._pause(delay_s)
            except Exception:  # Not raised: it would end the chat's task, or the reader, silently.
                logger.exception("The journal of updates failed unexpectedly")
                self._supervisor.tell("updates")
                await self._pause(delay_s)
            else:
                return True
        return False

    async def _call_handler(self, update: ReceivedUpdate) -> None:
        """Call the handler. A failing one is logged and not repeated, because it would fail again."""
        try:
            if await self._handle(update) == ERASE:
                self._to_erase.add(update.update_id)
        except StoreError:
            raise
        except (Exception, asyncio.CancelledError) as error:
            if isinstance(error, asyncio.CancelledError) and is_being_cancelled():
                raise
            logger.exception("Update %d could not be handled", update.update_id)

    async def _read_with_retries(self) -> None:
        while not await self._retry(self._read_journal):
            logger.error("The journal of updates can't be read")

    async def _read_journal(self) -> None:
        """Queue unhandled updates from the journal, the oldest of each chat, until none arrives during a read."""
        self._arrived_while_reading = True
        while self._arrived_while_reading and not self._closing:
            self._arrived_while_reading = False
            self._finished_while_reading.clear()
            left = await self._journal.unhandled(MAX_IN_MEMORY, of_chat=MAX_IN_MEMORY_PER_CHAT)
            for update in left:
                if update.update_id not in self._finished_while_reading:
                    self._enqueue(update)
            counts = Counter(update.chat_id for update in left)
            self._incomplete_chats = {chat_id for chat_id, count in counts.items() if count >= MAX_IN_MEMORY_PER_CHAT}
            self._is_truncated = len(left) >= MAX_IN_MEMORY
        self._reader = None
        # Chats may have been drained meanwhile.
        self._read_if_due(chat_drained=not self._incomplete_chats <= self._queues.keys())
