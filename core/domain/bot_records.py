"""What the store tells of the bot's deliveries and of the transcripts that a person has."""

from dataclasses import dataclass

from core.domain.bot import Delivery, DeliveryId
from core.domain.history import HistoryEntry


@dataclass(frozen=True, slots=True)
class JournaledDelivery:
    """A delivery and how far it is: the messages that were sent for it so far, in order, and whether that is all."""

    delivery: Delivery
    message_ids: tuple[int, ...] = ()
    is_finished: bool = False


@dataclass(frozen=True, slots=True)
class PersonalEntry:
    """A transcript that a person has, and the delivery by which they have it."""

    delivery_id: DeliveryId
    entry: HistoryEntry


@dataclass(frozen=True, slots=True)
class PersonalPage:
    """Some of a person's entries, newest first (in a search: best first), and how many there are in all."""

    entries: tuple[PersonalEntry, ...]
    total: int
