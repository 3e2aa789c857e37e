"""The latest events of the bot, in memory alone; what the audit log keeps is among them."""

from collections import deque
from collections.abc import Callable
from itertools import count

from core.domain import TranslatableText
from core.domain.bot import AuditEntry
from core.domain.bot_events import BotEvent, BotEventKind, event_of
from core.store.bot_stores import AuditLog

MOST_EVENTS = 300


class BotEventLog:
    """Outlives the bots of one Notula. `clock` gives seconds since the epoch; `changed` is called at each change."""

    def __init__(self, clock: Callable[[], float], changed: Callable[[], None] = lambda: None) -> None:
        self._clock = clock
        self._changed = changed
        self._numbers = count(1)
        self._events: deque[BotEvent] = deque(maxlen=MOST_EVENTS)
        self._shown: tuple[BotEvent, ...] | None = ()

    @property
    def latest(self) -> tuple[BotEvent, ...]:
        """The events, the oldest first: the same object until there is another one."""
        if self._shown is None:
            self._shown = tuple(self._events)
        return self._shown

    def note(
        self, kind: BotEventKind, text: TranslatableText, *, actor: str = "", name: str = "", is_bad: bool = False
    ) -> None:
        """Add an event of this moment."""
        self._add(BotEvent(next(self._numbers), self._clock(), kind, text, actor, name, is_bad))

    def note_audited(self, actor: str, action: str, detail: str) -> None:
        """Add what the audit log was just told."""
        self._add(event_of(AuditEntry(self._clock(), actor, action, detail), next(self._numbers)))

    def forget_person(self, user_id: int) -> None:
        """Remove the events of a person who has deleted all that is kept of them."""
        self._events = deque((event for event in self._events if event.actor != str(user_id)), maxlen=MOST_EVENTS)
        self._note_change()

    def _add(self, event: BotEvent) -> None:
        self._events.append(event)
        self._note_change()

    def _note_change(self) -> None:
        self._shown = None
        self._changed()


class NotedAuditLog:
    """An audit log, whose entries are events, too."""

    def __init__(self, log: AuditLog, events: BotEventLog) -> None:
        self._log = log
        self._events = events

    async def record(self, actor: str, action: str, detail: str = "") -> None:
        """Append an entry. Raises `StoreError`."""
        self._events.note_audited(actor, action, detail)
        await self._log.record(actor, action, detail)

    async def newest(self, limit: int) -> tuple[AuditEntry, ...]:
        """The latest entries, the newest first. Raises `StoreError`."""
        return await self._log.newest(limit)
