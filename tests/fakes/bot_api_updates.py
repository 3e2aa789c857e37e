"""Updates on their way to the bot: each waits until it is confirmed, for at most a day."""

import asyncio
from collections.abc import Callable
from typing import Any

from tests.fakes.bot_api_wire import Refusal, Request

_LONGEST_POLL_S = 50
_NOT_BY_DEFAULT = {"chat_member", "message_reaction", "message_reaction_count"}


class Updates:
    """The queue of updates. `handed_out` counts for each update how often the bot got it; `confirmed` has its order."""

    def __init__(self, announce: Callable[[], None], complain: Callable[[str], None]) -> None:
        self.announce = announce
        self._complain = complain
        self._next_id = 700_000_001
        self._waiting: asyncio.Future[None] | None = None
        self._given_to: dict[int, str] = {}
        self.queue: list[dict[str, Any]] = []
        self.allowed: frozenset[str] = frozenset()
        self.webhook_is_set = False
        self.handed_out: dict[int, int] = {}
        self.confirmed: list[int] = []
        self.arrived = asyncio.Event()

    @property
    def repeated(self) -> list[int]:
        """Updates that the bot got more than once, as it does after a crash."""
        return [update_id for update_id, times in self.handed_out.items() if times > 1]

    def push(self, kind: str, content: dict[str, Any]) -> int | None:
        """Put an update into the queue; None if the bot doesn't want that kind."""
        if (kind not in self.allowed) if self.allowed else (kind in _NOT_BY_DEFAULT):
            return None
        return self.push_raw({kind: content})

    def push_raw(self, update: dict[str, Any]) -> int:
        """Put an update into the queue as it is; it gets an id if it has none."""
        update = {"update_id": self._next_id, **update}
        self._next_id = max(self._next_id, update["update_id"]) + 1
        self.queue.append(update)
        self.arrived.set()
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)
        self.announce()
        return update["update_id"]

    def allow(self, kinds: list[str] | None) -> None:
        """Take note of what the bot wants from now on; None leaves it as it was."""
        if kinds is not None:
            self.allowed = frozenset(kinds)

    def note_handed_out(self, update: dict[str, Any]) -> None:
        self.handed_out[update["update_id"]] = self.handed_out.get(update["update_id"], 0) + 1

    def confirm(self, below: int) -> None:
        """Forget all updates with an id below this one."""
        done = [update["update_id"] for update in self.queue if update["update_id"] < below]
        if done:
            self._forget(done)

    def confirm_one(self, update_id: int) -> None:
        self._forget([update_id])

    def drop_all(self) -> None:
        self.queue.clear()

    async def get_updates(self, request: Request) -> list[dict[str, Any]]:
        """Answer getUpdates, when there is something or its time is over.

        Raises:
            Refusal: there is a webhook, or another getUpdates has come.
        """
        if self.webhook_is_set:
            description = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook"
            raise Refusal(409, f"Conflict: {description} first")
        self._conflict("terminated by other getUpdates request; make sure that only one bot instance is running")
        self.allow(request.structure("allowed_updates", list))
        offset = request.integer("offset")
        if offset < 0:
            offset = self.queue[max(0, len(self.queue) + offset)]["update_id"] if self.queue else 0
        self.confirm(offset)
        timeout_s = max(0, min(request.integer("timeout"), _LONGEST_POLL_S))
        if not self.queue and timeout_s:
            await self._something(timeout_s)
        limit = request.integer("limit", 100)
        handed = self.queue[: limit if 1 <= limit <= 100 else 100]
        for update in handed:
            self._note_given(update, request.connection)
        return handed

    def _note_given(self, update: dict[str, Any], connection: str) -> None:
        """A client asks again for what it has got only if it has begun anew: over another connection."""
        update_id = update["update_id"]
        if self._given_to.get(update_id) == connection:
            self._complain(f"getUpdates got the update {update_id} and didn't confirm it")
        self._given_to[update_id] = connection
        self.note_handed_out(update)

    def interrupt_for_webhook(self) -> None:
        self._conflict("terminated by setWebhook request")

    def _conflict(self, description: str) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(Refusal(409, f"Conflict: {description}"))

    async def _something(self, timeout_s: float) -> None:
        waiting = self._waiting = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(timeout_s):
                await waiting
        except TimeoutError:
            return
        finally:
            if self._waiting is waiting:
                self._waiting = None

    def _forget(self, update_ids: list[int]) -> None:
        gone = set(update_ids)
        self.queue = [update for update in self.queue if update["update_id"] not in gone]
        self.confirmed.extend(update_ids)
        self.announce()
