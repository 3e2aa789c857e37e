"""A person who uses the bot, as the stores know them."""

from dataclasses import dataclass

from core.domain.job import Requester


@dataclass(frozen=True, slots=True)
class Person:
    """Telegram's number of a person, and under which names the queue has jobs of theirs.

    Whoever has become the owner has two of these: that of the owner, and the one from before.
    """

    user_id: int
    requesters: frozenset[Requester]
