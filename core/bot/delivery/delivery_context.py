"""What all deliveries have in common."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from core.bot.api.sender import MIN_EDIT_INTERVAL_S, MessageSender
from core.bot.ports import Host
from core.store import Deliveries, PersonalRecords


@dataclass(frozen=True, slots=True)
class DeliveryContext:
    """Where deliveries are journaled, where their content comes from, and how messages are sent.

    `pause` waits for so many seconds. A status message is updated every `status_interval_s` seconds.
    """

    journal: Deliveries
    host: Host
    records: PersonalRecords
    sender: MessageSender
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    status_interval_s: float = MIN_EDIT_INTERVAL_S
