"""What is kept for the Telegram bot."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from core.domain import Requester, TranscriptId
from core.domain.bot import Access, AuditEntry, BotPerson, ChatPreferences, Delivery, DeliveryId, ReceivedUpdate
from core.domain.bot_chats import BotChat
from core.domain.bot_records import JournaledDelivery, PersonalPage
from core.domain.person import Person


class Updates(Protocol):
    """The updates of one bot, written before they are acknowledged to Telegram.

    The text of an update is deleted as soon as it is handled; its number stays for some days, so that a repeated one
    has no second effect.
    """

    async def record(self, updates: Sequence[ReceivedUpdate]) -> tuple[ReceivedUpdate, ...]:
        """Write these updates, durably, and return the new ones, in order. Raises `StoreError`."""

    async def unhandled(self, limit: int, *, of_chat: int) -> tuple[ReceivedUpdate, ...]:
        """The oldest unhandled updates, at most `of_chat` of each chat. Raises `StoreError`."""

    async def handled(self, update_ids: Iterable[int]) -> None:
        """Mark these updates as handled. After a crash the last of them may be handled again. Raises `StoreError`."""

    async def erase(self) -> None:
        """Remove the text of handled updates from the database's files, too. Raises `StoreError`."""


class Deliveries(Protocol):
    """The deliveries of one bot, from before they are promised until they are done. All methods raise `StoreError`."""

    async def open(self, delivery: Delivery) -> bool:
        """Write a new delivery, durably. False where there is one of its id."""

    async def set_messages(self, delivery_id: DeliveryId, chat_id: int, message_ids: Sequence[int]) -> None:
        """Write, durably, the messages sent for a delivery, and its chat, as a group may have been upgraded."""

    async def set_transcript(self, delivery_id: DeliveryId, transcript_id: TranscriptId) -> None:
        """Write the transcript of a delivery, once its job is done."""

    async def finish(self, delivery_id: DeliveryId) -> None:
        """Mark a delivery as finished: all of it is delivered, or can't be."""

    async def get(self, delivery_id: DeliveryId) -> JournaledDelivery | None:
        """The delivery of this id, None where this bot has none."""

    async def unfinished(self) -> tuple[JournaledDelivery, ...]:
        """Unfinished deliveries, in the order of the requests."""

    async def silences(self, within_s: float) -> dict[int, float]:
        """Chats with messages within so many seconds, and how many seconds ago the last one was, at least.

        An unfinished delivery may have sent messages up to the last known activity of this bot.
        """

    async def unfinished_of(self, user_id: int) -> tuple[JournaledDelivery, ...]:
        """Unfinished deliveries of this person, in the order of the requests."""

    async def at_message(self, chat_id: int, message_id: int) -> JournaledDelivery | None:
        """The delivery that has sent this message, or else the last one that replies to it."""

    async def about(self, transcript_id: TranscriptId) -> tuple[JournaledDelivery, ...]:
        """All deliveries of this transcript, of any person."""

    async def forget(self, transcript_id: TranscriptId, user_id: int) -> None:
        """Detach this person's deliveries from this transcript."""


class BotPeople(Protocol):
    """The people who use the bot, and what each of them may do. Belongs to one event loop."""

    async def load(self) -> None:
        """Read who is allowed and who is blocked. Raises `StoreError`."""

    def access(self, user_id: int) -> Access:
        """The access that the owner has set for this person."""

    async def seen(self, person: BotPerson) -> None:
        """Note that this person has written. Cheap where nothing about them is new. Raises `StoreError`."""

    async def set_access(self, user_id: int, access: Access) -> None:
        """Set the access of this person. Raises `StoreError`."""

    async def set_unreachable(self, user_id: int) -> None:
        """Note that this person has blocked the bot, until their next message. Raises `StoreError`."""

    async def get(self, user_id: int) -> BotPerson | None:
        """The person with this number, None for an unknown one. Raises `StoreError`."""

    async def find(self, username: str) -> BotPerson | None:
        """The person with this username, without its @. Raises `StoreError`."""

    async def newest(self, limit: int) -> tuple[BotPerson, ...]:
        """The people who have written last, the latest first. Raises `StoreError`."""

    async def count(self) -> int:
        """How many there are. Raises `StoreError`."""

    async def reachable(self) -> tuple[BotPerson, ...]:
        """People whom the bot can write to: they have written, and neither side has blocked. Raises `StoreError`."""


class BotChats(Protocol):
    """Who has to do with the bots of this database, for their owner to see. All methods raise `StoreError`."""

    async def newest(self, limit: int) -> tuple[BotChat, ...]:
        """The people who have written last, groups, and all who are allowed or blocked; the latest first."""

    async def has_answered(self, user_id: int) -> bool:
        """Whether any recording of this person was answered with its text."""


class ChatPreferencesStore(Protocol):
    """What was chosen in each chat with the bot. Belongs to one event loop."""

    async def get(self, chat_id: int) -> ChatPreferences:
        """What was chosen in this chat; all empty where nothing was. Raises `StoreError`."""

    async def set(self, chat_id: int, preferences: ChatPreferences) -> None:
        """Keep what was chosen in this chat. Raises `StoreError`."""

    async def move(self, chat_id: int, to_chat_id: int) -> None:
        """Move the preferences of a group that has become a supergroup. Idempotent. Raises `StoreError`."""


class AuditLog(Protocol):
    """What the owner did through the bot, and who was refused. Appended to, never changed."""

    async def record(self, actor: str, action: str, detail: str = "") -> None:
        """Append an entry: `actor` did `action`, or was refused it. Raises `StoreError`."""

    async def newest(self, limit: int) -> tuple[AuditEntry, ...]:
        """The latest entries, the newest first. Raises `StoreError`."""


class PersonalRecords(Protocol):
    """The transcripts of one person who uses the bot: pages, searches and sums."""

    async def page(self, user_id: int, search: str = "", *, limit: int | None, offset: int = 0) -> PersonalPage:
        """This person's transcripts, or those of them that hold every word of the search; with no limit all of them."""

    async def totals(self, user_id: int) -> tuple[int, float]:
        """How many transcripts this person has, and of how many seconds of sound."""

    async def own_transcripts(self, user_id: int, requester: Requester) -> tuple[TranscriptId, ...]:
        """This person's entries. `requester` is as whom they ask the queue.

        Of the owner's only those that the bot alone was asked for.
        """


class Ownership(Protocol):
    """Who else has asked for an entry of the history: the owner may have, in the window or on the command line."""

    async def has_other_requester(self, transcript_id: TranscriptId, requester: Requester) -> bool:
        """Whether a job of another requester has come to the same entry. Raises `StoreError`."""

    async def detach(self, transcript_id: TranscriptId, requester: Requester) -> None:
        """Have no job of this requester name this entry any more, and show none of them. Raises `StoreError`."""


class PersonDeletion(Protocol):
    """Deletes all that is kept of one person, in all stores together."""

    async def forget(self, person: Person) -> None:
        """Delete what this person has asked for, was given and has chosen, all or nothing, and from the files, too.

        Raises `StoreError`.
        """
