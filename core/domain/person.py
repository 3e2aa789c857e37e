"""A person who uses the bot, as the stores know them."""

from dataclasses import dataclass

from core.domain.job import Requester


@dataclass(frozen=True, slots=True)
class Person:
    """A person's Telegram user id, and the requesters under which the queue has their jobs.

    The owner has two requesters: the owner's, and their own from before they became the owner.
    """

    user_id: int
    requesters: frozenset[Requester]
