"""Sees to it that everybody gets what they are owed, once, whatever happens in between."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from dataclasses import replace

from aiogram.exceptions import AiogramError, TelegramBadRequest, TelegramUnauthorizedError

from core.bot.api.backoff import pause_s
from core.bot.api.errors import Unreachable
from core.bot.api.message_content import Text
from core.bot.api.sender import BETWEEN_EDITS_S, MessageSender
from core.bot.delivery.delivery_run import DeliveryRun
from core.bot.delivery.reply_messages import Reply, take_back
from core.bot.work import Work
from core.domain import TranscriptId
from core.domain.bot import Delivery, DeliveryId, DeliveryKind, further_delivery_id
from core.domain.bot_records import JournaledDelivery
from core.domain.errors import StoreClosed, StoreError
from core.i18n import Translator
from core.store import Deliveries

logger = logging.getLogger(__name__)

_MOST_NOTICES_AT_ONCE = 4
"""Telegram lets a bot send 30 messages a second: what is told to thousands must not make anybody wait who has asked."""


async def _nobody_cares(*_: object) -> None:
    return


class Outbox:
    """Follows each delivery to its end. Belongs to one event loop.

    `unreachable` is told to whom nothing can be sent any more, `failed` what nobody foresaw and by which mark it is
    logged, `changed` whenever `open_count` is another. `pause` waits for so many seconds; progress is looked at every
    `between_looks_s`.
    """

    def __init__(
        self,
        journal: Deliveries,
        courier: MessageSender,
        work: Work,
        *,
        unreachable: Callable[[int], Awaitable[None]] = _nobody_cares,
        failed: Callable[[Exception, str], Awaitable[None]] = _nobody_cares,
        changed: Callable[[], None] = lambda: None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        between_looks_s: float = BETWEEN_EDITS_S,
    ) -> None:
        self._journal = journal
        self._courier = courier
        self._work = work
        self._unreachable = unreachable
        self._failed = failed
        self._changed = changed
        self._pause = pause
        self._between_looks_s = between_looks_s
        self._telling = asyncio.Semaphore(_MOST_NOTICES_AT_ONCE)
        self._followed: dict[DeliveryId, DeliveryRun] = {}
        self._tasks: dict[DeliveryId, asyncio.Task[None]] = {}

    @property
    def open_count(self) -> int:
        """How many deliveries are under way."""
        return len(self._tasks)

    async def resume(self) -> None:
        """Go on with what an earlier run has left. Raises `StoreError`."""
        for journaled in await self._journal.unfinished():
            self._begin(journaled)

    async def open(self, delivery: Delivery) -> bool:
        """Promise this; False where it was promised before. Its job has to be there. Raises `StoreError`."""
        is_new = await self._journal.open(delivery)
        if is_new:
            self._begin(JournaledDelivery(delivery))
        return is_new

    def cancel(self, delivery_id: DeliveryId) -> bool:
        """Make no translation or summary after all; False where none is being made. Jobs are cancelled elsewhere."""
        following = self._followed.get(delivery_id)
        return following is not None and following.cancel()

    async def is_left_behind(self, delivery_id: DeliveryId, message_id: int) -> bool:
        """Whether this message was sent for it before a crash, or its answer was lost, so that nothing becomes of it.

        Not while one is being sent, whose number isn't known yet. Raises `StoreError`.
        """
        following = self._followed.get(delivery_id)
        if following is not None:
            return not following.reply.may_own(message_id)
        journaled = await self._journal.get(delivery_id)
        return journaled is not None and message_id not in journaled.message_ids

    async def take_back(self, transcript_id: TranscriptId, user_id: int | None = None) -> None:
        """Take away what was sent of a transcript, to this person or (None) to whomever. Raises `StoreError`."""
        for journaled in await self._journal.about(transcript_id):
            if user_id in (None, journaled.delivery.user_id):
                instead = Text(Translator(journaled.delivery.interface_language)("This recording was deleted."))
                await take_back(self._courier, journaled, instead)

    async def abandon(self, user_id: int) -> None:
        """Deliver nothing more to this person, who wants to be forgotten."""
        tasks = [self._tasks[one] for one, each in self._followed.items() if each.delivery.user_id == user_id]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def close(self, grace_s: float = 5.0) -> None:
        """Stop; what isn't delivered is gone on with at the next start.

        A placeholder that is on its way is waited for so long, so that it isn't left behind.
        """
        followed = [(self._followed[delivery_id], task) for delivery_id, task in self._tasks.items()]
        moving = [following for following, task in followed if not following.reply.at_rest.is_set()]
        for following, task in followed:
            if following not in moving:
                task.cancel()
        if moving:
            waiting = [asyncio.create_task(following.reply.at_rest.wait()) for following in moving]
            _, late = await asyncio.wait(waiting, timeout=grace_s)
            for each in late:
                each.cancel()
        tasks = [task for _, task in followed]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def _begin(self, journaled: JournaledDelivery) -> None:
        delivery = journaled.delivery
        if delivery.id in self._tasks:
            return
        reply = Reply(self._journal, self._courier, journaled)
        following = DeliveryRun(delivery, reply, self._journal, self._work, self._pause, self._between_looks_s)
        self._followed[delivery.id] = following
        self._tasks[delivery.id] = asyncio.create_task(self._run(following), name=f"delivery-{delivery.id}")
        self._changed()

    async def _run(self, following: DeliveryRun) -> None:
        delivery = following.delivery
        failures = 0
        try:
            async with self._telling if delivery.kind is DeliveryKind.NOTICE else nullcontext():
                while not await self._despite_trouble(following):
                    failures += 1
                    await self._pause(pause_s(failures))
        except (AiogramError, StoreClosed) as error:
            logger.warning("Delivery %s has to wait for the next start: %s", delivery.id, type(error).__name__)
        except Exception as error:
            # The border: nobody awaits this task. What is owed stays written down.
            logger.exception("Delivery %s has to wait for the next start", delivery.id)
            await self._failed(error, following.mark)
        finally:
            del self._tasks[delivery.id], self._followed[delivery.id]
            self._changed()

    async def _despite_trouble(self, following: DeliveryRun) -> bool:
        """Bring it to its end; False where the database was in the way. Raises `AiogramError` and `StoreClosed`."""
        delivery = following.delivery
        try:
            try:
                await self._deliver(following)
            except Unreachable:
                logger.info("Delivery %s: nothing can be sent there any more", delivery.id)
                if delivery.chat_id == delivery.user_id:
                    await self._unreachable(delivery.user_id)
                if delivery.kind is DeliveryKind.TRANSCRIPT and delivery.job_id is not None:
                    await self._work.cancel(delivery.job_id)  # Nobody would get what comes of it.
            await self._journal.finish(delivery.id)
        except StoreClosed:
            raise
        except StoreError as error:
            logger.warning("Delivery %s can't be written down: %s", delivery.id, type(error).__name__)
            return False
        return True

    async def _deliver(self, following: DeliveryRun) -> None:
        try:
            transcript_id = await following.run()
            if transcript_id is not None:
                await self._promise_translation(following.delivery, transcript_id)
        except (Unreachable, StoreError, TelegramUnauthorizedError):
            raise
        except Exception as error:
            # The border: whatever it is, the person and the owner hear of it, and the log has the rest.
            logger.exception("Delivery %s failed", following.delivery.id)
            try:
                await following.apologize()
            except TelegramBadRequest:  # Nor would it be taken at the next start.
                logger.warning("Delivery %s: not even an apology is taken", following.delivery.id)
            finally:
                await self._failed(error, following.mark)

    async def _promise_translation(self, delivery: Delivery, transcript_id: TranscriptId) -> None:
        """What comes with a transcript where people have chosen a language to have it translated into."""
        if not delivery.target_language:
            return
        await self.open(
            replace(
                delivery,
                id=further_delivery_id(delivery.id),
                kind=DeliveryKind.TRANSLATION,
                transcript_id=transcript_id,
                job_id=None,
                formats=(),
            )
        )
