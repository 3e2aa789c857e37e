"""What both ways of receiving updates hand on."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from core.domain import NotulaError
from core.domain.bot import ReceivedUpdate


@dataclass(frozen=True, slots=True)
class UpdateReceiver:
    """`record` journals updates and returns once Telegram may forget them; it raises `StoreError`.

    `note_contact` is called whenever Telegram has answered or posted, `note_problem` whenever it can't be reached or
    an update can't be recorded.
    """

    record: Callable[[Sequence[ReceivedUpdate]], Awaitable[None]]
    note_contact: Callable[[], None]
    note_problem: Callable[[NotulaError], None]
