"""The bot's outbox: journaled deliveries, each carried out once, also across crashes and restarts."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace

from aiogram.exceptions import AiogramError, TelegramBadRequest, TelegramUnauthorizedError

from core.bot.api.backoff import backoff_s
from core.bot.api.errors import Unreachable
from core.bot.api.message_content import Text
from core.bot.delivery.delivery_context import DeliveryContext
from core.bot.delivery.delivery_run import DeliveryRun
from core.bot.delivery.reply_messages import ReplyMessages, delete_messages
from core.domain import TranscriptId
from core.domain.bot import Delivery, DeliveryId, DeliveryKind, further_delivery_id
from core.domain.bot_records import JournaledDelivery
from core.domain.errors import StoreClosed, StoreError
from core.i18n import Translator

logger = logging.getLogger(__name__)

_MAX_CONCURRENT_NOTICES = 4
"""Telegram lets a bot send 30 messages a second: a broadcast to thousands must not delay answers to requests."""


_SHOWN_AGAIN = (DeliveryKind.TRANSCRIPT, DeliveryKind.COPY, DeliveryKind.TRANSLATION)
"""What has the names of speakers in messages that can be edited. A file that was sent stays as it was."""


async def _ignore(*_: object) -> None:
    return


@dataclass(frozen=True, slots=True)
class OutboxCallbacks:
    """`unreachable` gets the id of a person to whom nothing can be sent any more.

    `unexpected_error` gets an error that is a bug, and the reference by which it is logged. `changed` is called
    whenever `Outbox.open_count` has changed, and `finished` with each delivery that has ended, and whether it brought
    what was asked for.
    """

    unreachable: Callable[[int], Awaitable[None]] = _ignore
    unexpected_error: Callable[[Exception, str], Awaitable[None]] = _ignore
    changed: Callable[[], None] = lambda: None
    finished: Callable[[Delivery, bool], None] = lambda delivery, is_answered: None


class Outbox:
    """The transactional outbox: every delivery is journaled before it is promised, and run until it is done.

    After a crash the unfinished ones are resumed. Belongs to one event loop.
    """

    def __init__(self, context: DeliveryContext, callbacks: OutboxCallbacks) -> None:
        self._context = context
        self._journal = context.journal
        self._callbacks = callbacks
        self._notice_slots = asyncio.Semaphore(_MAX_CONCURRENT_NOTICES)
        self._runs: dict[DeliveryId, DeliveryRun] = {}
        self._tasks: dict[DeliveryId, asyncio.Task[None]] = {}
        self._outdated: set[DeliveryId] = set()
        """Those of the running ones whose transcript has changed since they have read it, perhaps."""

    @property
    def open_count(self) -> int:
        """How many deliveries aren't finished."""
        return len(self._tasks)

    async def resume(self) -> None:
        """Continue the unfinished deliveries of earlier processes. Raises `StoreError`."""
        for journaled in await self._journal.unfinished():
            self._context.sender.restore_edits(journaled.delivery.chat_id, journaled.message_ids)
            self._begin(journaled)

    async def open(self, delivery: Delivery) -> bool:
        """Journal a delivery and start it; False where it is known. Its job has to exist. Raises `StoreError`."""
        is_new = await self._journal.open(delivery)
        if is_new:
            self._begin(JournaledDelivery(delivery))
        return is_new

    def cancel(self, delivery_id: DeliveryId) -> bool:
        """Cancel a translation or a summary; False where none is being made. `Queue.cancel` is for transcripts."""
        delivery_run = self._runs.get(delivery_id)
        return delivery_run is not None and delivery_run.cancel()

    async def is_orphaned(self, delivery_id: DeliveryId, message_id: int) -> bool:
        """Whether a message was sent for this delivery, but isn't one of its messages: nothing will be edited into it.

        That happens when a crash or a lost response keeps its id from being journaled. False while a message is being
        sent, whose id isn't known yet. Raises `StoreError`.
        """
        delivery_run = self._runs.get(delivery_id)
        if delivery_run is not None:
            return not delivery_run.reply.may_own_message(message_id)
        journaled = await self._journal.get(delivery_id)
        return journaled is not None and message_id not in journaled.message_ids

    async def show_again(self, transcript_id: TranscriptId, user_id: int) -> None:
        """Edit the messages with a transcript and its translations, sent to this person, into what they say now.

        What is being delivered already is shown once more after that. Raises `StoreError`.
        """
        for journaled in await self._journal.about(transcript_id):
            delivery = journaled.delivery
            if delivery.kind not in _SHOWN_AGAIN or delivery.user_id != user_id:
                continue
            if delivery.id in self._tasks:
                self._outdated.add(delivery.id)
            elif journaled.message_ids:
                self._begin(journaled, is_shown_again=True)

    async def delete_messages(self, transcript_id: TranscriptId, user_id: int | None = None) -> None:
        """Delete the messages with a transcript: those sent to `user_id`, or (None) to anybody. Raises `StoreError`."""
        for journaled in await self._journal.about(transcript_id):
            if user_id in (None, journaled.delivery.user_id):
                replacement = Text(Translator(journaled.delivery.interface_language)("This recording was deleted."))
                await delete_messages(self._context.sender, journaled, replacement)

    async def cancel_deliveries_of(self, user_id: int) -> None:
        """Stop all deliveries to a person whose data is about to be deleted."""
        tasks = [self._tasks[key] for key, run in self._runs.items() if run.delivery.user_id == user_id]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def close(self, grace_s: float = 5.0) -> None:
        """Stop all deliveries; the unfinished ones are resumed at the next start.

        A run that is sending a message gets up to `grace_s` seconds to journal its id, so that it isn't orphaned.
        """
        runs = [(self._runs[delivery_id], task) for delivery_id, task in self._tasks.items()]
        sending = [run for run, task in runs if not run.reply.no_send_pending.is_set()]
        for run, task in runs:
            if run not in sending:
                task.cancel()
        if sending:
            waits = [asyncio.create_task(run.reply.no_send_pending.wait()) for run in sending]
            _, late = await asyncio.wait(waits, timeout=grace_s)
            for wait in late:
                wait.cancel()
        tasks = [task for _, task in runs]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def _begin(self, journaled: JournaledDelivery, *, is_shown_again: bool = False) -> None:
        delivery = journaled.delivery
        if delivery.id in self._tasks:
            return
        reply = ReplyMessages(self._journal, self._context.sender, journaled)
        delivery_run = DeliveryRun(delivery, reply, self._context, is_shown_again=is_shown_again)
        self._runs[delivery.id] = delivery_run
        self._tasks[delivery.id] = asyncio.create_task(self._run(delivery_run), name=f"delivery-{delivery.id}")
        self._callbacks.changed()

    async def _run(self, delivery_run: DeliveryRun) -> None:
        delivery = delivery_run.delivery
        failures = 0
        try:
            async with self._notice_slots if delivery.kind is DeliveryKind.NOTICE else nullcontext():
                while True:
                    self._outdated.discard(delivery.id)
                    while not await self._try_to_deliver(delivery_run):
                        failures += 1
                        await self._context.pause(backoff_s(failures))
                    if delivery.id not in self._outdated:
                        break
                    delivery_run.is_shown_again = True
        except (AiogramError, StoreClosed) as error:
            logger.warning("Delivery %s is postponed to the next start: %s", delivery.id, type(error).__name__)
        except Exception as error:
            # A broad except at a border: nothing awaits this task. The delivery stays in the journal.
            logger.exception("Delivery %s is postponed to the next start", delivery.id)
            await self._callbacks.unexpected_error(error, delivery_run.log_reference)
        finally:
            del self._tasks[delivery.id], self._runs[delivery.id]
            self._outdated.discard(delivery.id)
            self._callbacks.changed()

    async def _try_to_deliver(self, delivery_run: DeliveryRun) -> bool:
        """Deliver and mark as finished; False after a database error. Raises `AiogramError` and `StoreClosed`."""
        delivery = delivery_run.delivery
        is_answered = False
        try:
            try:
                is_answered = await self._deliver(delivery_run)
            except Unreachable:
                logger.info("Delivery %s: its chat is unreachable", delivery.id)
                if delivery.chat_id == delivery.user_id:
                    await self._callbacks.unreachable(delivery.user_id)
                if delivery.kind is DeliveryKind.TRANSCRIPT and delivery.job_id is not None:
                    await self._context.host.queue.cancel([delivery.job_id])  # Its result could not be delivered.
            await self._journal.finish(delivery.id)
        except StoreClosed:
            raise
        except StoreError as error:
            logger.warning("Delivery %s can't be journaled: %s", delivery.id, type(error).__name__)
            return False
        if not delivery_run.is_shown_again:
            self._callbacks.finished(delivery, is_answered)
        return True

    async def _deliver(self, delivery_run: DeliveryRun) -> bool:
        """Whether it brought what was asked for, and not the sentence why it can't."""
        try:
            transcript_id = await delivery_run.run()
            if transcript_id is not None:
                await self._open_translation(delivery_run.delivery, transcript_id)
            return delivery_run.has_result
        except (Unreachable, StoreError, TelegramUnauthorizedError):
            raise
        except Exception as error:
            # A broad except at a border: the person and the owner are told of any bug, and the log has its traceback.
            logger.exception("Delivery %s failed", delivery_run.delivery.id)
            try:
                await delivery_run.show_internal_error()
            except TelegramBadRequest:  # It would be refused at the next start, too.
                logger.warning("Delivery %s: Telegram refuses the error message, too", delivery_run.delivery.id)
            finally:
                await self._callbacks.unexpected_error(error, delivery_run.log_reference)
            return False

    async def _open_translation(self, delivery: Delivery, transcript_id: TranscriptId) -> None:
        """Deliver the translation that follows a transcript, if a target language is chosen in the chat."""
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
