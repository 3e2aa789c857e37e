"""The people and groups of the bot, as the window shows them: who may use it, who has, and what has happened."""

from core.app.bot_service import BotService
from core.bot.event_log import NotedAuditLog
from core.domain.bot import Access
from core.domain.bot_chats import BotChat, chat_number
from core.domain.bot_events import BotEvent, event_of
from core.domain.errors import BotChatUnknown
from core.store import Stores

MOST_CHATS = 500
MOST_PAST_EVENTS = 200

_ACTOR = "window"
"""Who has decided, in the audit log."""

_ACTIONS = {Access.ALLOWED: "allow", Access.BLOCKED: "block", Access.UNKNOWN: "reset-access"}


class BotChatList:
    """Lives on one event loop. `started_at` is when this Notula was, in seconds since the epoch."""

    def __init__(self, stores: Stores, bot: BotService, started_at: float) -> None:
        self._stores = stores
        self._of_any_bot = stores.for_bot(0)
        """People and the audit log are those of all bots."""
        self._bot = bot
        self._started_at = started_at

    async def list(self) -> tuple[BotChat, ...]:
        """The latest first. Raises `StoreError`."""
        return await self._stores.bot_chats.newest(MOST_CHATS)

    async def set_access(self, chat_id: int, access: Access) -> None:
        """Let a person or a group in, block them, or take back either. Raises `StoreError`."""
        assert access is not Access.OWNER
        while True:  # Each bot has it in memory, and one may begin at any moment of this.
            running = self._bot.running
            people = running.people if running is not None else self._of_any_bot.people
            await people.set_access(chat_id, access)
            if self._bot.running in (None, running):
                break
        log = NotedAuditLog(self._of_any_bot.audit_log, self._bot.events)
        await log.record(_ACTOR, _ACTIONS[access], str(chat_id))

    async def find(self, text: str) -> int:
        """The number that is written here, or that of the person with this @name who has written to the bot.

        Raises `BotChatUnknown` for anything else, so that nobody is let in by mistake, and `StoreError`.
        """
        word = text.strip()
        if word.startswith("@"):
            person = await self._of_any_bot.people.find(word[1:])
            number = person.user_id if person is not None else None
        else:
            number = chat_number(word)
        if number is None:
            raise BotChatUnknown(written=word)
        return number

    async def past_events(self) -> tuple[BotEvent, ...]:
        """What the audit log has from before this Notula was started, the oldest first. Raises `StoreError`."""
        entries = await self._of_any_bot.audit_log.newest(MOST_PAST_EVENTS)
        return tuple(event_of(entry) for entry in reversed(entries) if entry.at < self._started_at)
