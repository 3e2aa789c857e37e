"""Sees to it that everybody gets what they are owed, once, whatever happens in between.

Telegram knows no way to send a message twice with one effect. So only placeholders are ever sent: a placeholder's
number is written down, and all that matters is edited into it, which may be done again. A crash between sending and
writing down leaves an empty placeholder behind, and nothing worse.
"""

import asyncio
import logging
import secrets
from collections.abc import Callable, Sequence
from typing import Protocol

from aiogram.exceptions import AiogramError
from aiogram.types import InlineKeyboardMarkup

from core.bot.bot_errors import MessageGone, RichMessagesUnknown, Unreachable
from core.bot.buttons import Buttons
from core.bot.composing import answer_of, file_of, preview_file, sentence, status_text
from core.bot.content import Content, LongText, Text, pieces_of
from core.bot.courier import BETWEEN_EDITS_S, Courier
from core.domain import Job, JobId, JobState, JobView, NotulaError, StoredTranscript, TranscriptId
from core.domain.bot import Delivery, DeliveryId, DeliveryKind
from core.domain.errors import StoreError
from core.store.deliveries import DeliveryJournal, JournaledDelivery
from core.translate import Translator

logger = logging.getLogger(__name__)


class Work(Protocol):
    """What the desk asks of whoever transcribes."""

    async def wait(self, job_id: JobId) -> Job:
        """The job once it has ended. Raises KeyError where there is none of this id."""

    def view(self, job_id: JobId) -> JobView | None:
        """How far it is."""

    def place(self, job_id: JobId) -> int | None:
        """Its place in the line."""

    async def transcript(self, transcript_id: TranscriptId) -> StoredTranscript | None:
        """What came of it, None where it was deleted."""

    async def translate(
        self, transcript_id: TranscriptId, language: str, on_progress: Callable[[float], None]
    ) -> StoredTranscript | None:
        """It in another language. Raises `ProviderError`."""

    async def summarize(
        self, transcript_id: TranscriptId, language: str, on_progress: Callable[[float], None]
    ) -> StoredTranscript | None:
        """What it is about. Raises `ProviderError`."""


class DeliveryDesk:
    """Follows each delivery to its end. Belongs to one event loop."""

    def __init__(
        self,
        journal: DeliveryJournal,
        courier: Courier,
        work: Work,
        *,
        unreachable: Callable[[int], None] = lambda user_id: None,
        between_looks_s: float = BETWEEN_EDITS_S,
    ) -> None:
        """`unreachable` is told whom nothing can be sent to. Progress is looked at every `between_looks_s` seconds."""
        self._journal = journal
        self._courier = courier
        self._work = work
        self._unreachable = unreachable
        self._between_looks_s = between_looks_s
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
        """Promise this; False where it was promised before. Raises `StoreError`."""
        is_new = await self._journal.open(delivery)
        if is_new:
            self._begin(JournaledDelivery(delivery))
        return is_new

    def cancel(self, delivery_id: DeliveryId) -> bool:
        """Make no translation or summary after all; False where none is being made. Jobs are cancelled elsewhere."""
        task = self._tasks.get(delivery_id)
        return task is not None and task.cancel()

    async def close(self) -> None:
        """Stop; what isn't delivered is gone on with at the next start."""
        tasks = tuple(self._tasks.values())
        self._tasks.clear()  # Who is cancelled now is not told so.
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def _begin(self, journaled: JournaledDelivery) -> None:
        if journaled.delivery.id not in self._tasks:
            task = asyncio.create_task(self._run(journaled), name=f"delivery-{journaled.delivery.id}")
            self._tasks[journaled.delivery.id] = task

    async def _run(self, journaled: JournaledDelivery) -> None:
        delivery = journaled.delivery
        answer = _Answer(self._journal, self._courier, journaled)
        try:
            await self._deliver(delivery, answer)
            await self._journal.finish(delivery.id)
        except Unreachable:
            self._unreachable(delivery.user_id)
            await self._journal.finish(delivery.id)
        except asyncio.CancelledError:
            if delivery.id not in self._tasks:
                raise  # The bot stops.
            await self._say(answer, delivery, answer.tr("Cancelled."))
        except StoreError:
            logger.warning("A delivery can't be written down; it is gone on with at the next start")
        except Exception as error:
            mark = secrets.token_hex(4)
            logger.exception("Delivery %s failed (%s): %s", delivery.id, mark, type(error).__name__)
            told = answer.tr("Something went wrong here. The owner finds it in the log under {mark}.", mark=mark)
            await self._say(answer, delivery, told)
        finally:
            self._tasks.pop(delivery.id, None)

    async def _say(self, answer: "_Answer", delivery: Delivery, text: str) -> None:
        """The last word on a delivery that came to nothing."""
        try:
            await answer.show([sentence(text)], answer.buttons.failed(delivery.id) if delivery.job_id else None)
            await self._journal.finish(delivery.id)
        except (Unreachable, AiogramError, StoreError) as error:
            logger.warning("Delivery %s could not be ended: %s", delivery.id, type(error).__name__)

    async def _deliver(self, delivery: Delivery, answer: "_Answer") -> None:
        if delivery.kind is DeliveryKind.TRANSCRIPT:
            await self._deliver_transcript(delivery, answer)
        elif delivery.kind is DeliveryKind.FILE:
            await self._deliver_file(delivery, answer)
        else:
            await self._deliver_version(delivery, answer)

    async def _deliver_transcript(self, delivery: Delivery, answer: "_Answer") -> None:
        assert delivery.job_id is not None
        tr, job_id, running = answer.tr, delivery.job_id, answer.buttons.running(delivery.id)
        await answer.begin(status_text(tr, self._work.view(job_id), self._work.place(job_id)), running)
        waiting = asyncio.create_task(self._work.wait(job_id), name=f"job-{job_id}")
        try:
            while not (await asyncio.wait([waiting], timeout=self._between_looks_s))[0]:
                status = status_text(tr, self._work.view(job_id), self._work.place(job_id))
                await answer.show_progress(status, running)
            job = waiting.result()
        except KeyError:
            await answer.show([Text(tr("This recording was deleted."))])
            return
        finally:
            waiting.cancel()
        if job.state is JobState.DONE and job.transcript_id is not None:
            await self._journal.set_transcript(delivery.id, job.transcript_id)
            await self._show_stored(delivery, answer, await self._work.transcript(job.transcript_id))
        elif job.error is not None:
            await answer.show([sentence(tr.message(job.error))], answer.buttons.failed(delivery.id))
        else:
            await answer.show([Text(tr("Cancelled."))], answer.buttons.failed(delivery.id))

    async def _deliver_file(self, delivery: Delivery, answer: "_Answer") -> None:
        assert delivery.transcript_id is not None
        await answer.begin(Text("…"), None)
        stored = await self._work.transcript(delivery.transcript_id)
        if stored is None:
            await answer.show([Text(answer.tr("This recording was deleted."))])
        else:
            await answer.show([file_of(stored, delivery.formats[0])])

    async def _deliver_version(self, delivery: Delivery, answer: "_Answer") -> None:
        """A translation or a summary, made anew after a crash, or found in the cache."""
        assert delivery.transcript_id is not None
        tr = answer.tr
        is_summary = delivery.kind is DeliveryKind.SUMMARY
        heading = tr("Summary") if is_summary else tr("Translation")
        await answer.begin(Text(f"{heading} …"), answer.buttons.running(delivery.id))

        def on_progress(fraction: float) -> None:
            return

        make = self._work.summarize if is_summary else self._work.translate
        try:
            stored = await make(delivery.transcript_id, delivery.target_language, on_progress)
        except NotulaError as error:
            await answer.show([sentence(tr.message(error.message))])
            return
        await self._show_stored(delivery, answer, stored, heading=heading)

    async def _show_stored(
        self, delivery: Delivery, answer: "_Answer", stored: StoredTranscript | None, *, heading: str = ""
    ) -> None:
        if stored is None:
            await answer.show([Text(answer.tr("This recording was deleted."))])
            return
        contents = await asyncio.to_thread(answer_of, answer.tr, stored, delivery.formats, heading=heading)
        keyboard = answer.buttons.transcript(delivery.id) if delivery.kind is DeliveryKind.TRANSCRIPT else None
        try:
            await answer.show(contents, keyboard)
        except RichMessagesUnknown:
            first, *files = contents
            assert isinstance(first, LongText)
            plain: Sequence[Content] = pieces_of(first) or [await asyncio.to_thread(preview_file, stored)]
            await answer.show([*plain, *files], keyboard)


class _Answer:
    """The messages of one delivery, each a placeholder before it says anything."""

    def __init__(self, journal: DeliveryJournal, courier: Courier, journaled: JournaledDelivery) -> None:
        self._journal = journal
        self._courier = courier
        self._delivery = journaled.delivery
        self._message_ids = list(journaled.message_ids)
        self._status: Text | None = None
        self.tr = Translator(journaled.delivery.interface_language)
        self.buttons = Buttons(self.tr)

    async def begin(self, status: Text, keyboard: InlineKeyboardMarkup | None) -> None:
        """Send the first message, unless an earlier run has."""
        if not self._message_ids:
            self._status = status
            await self._place(status, keyboard)

    async def show_progress(self, status: Text, keyboard: InlineKeyboardMarkup | None) -> None:
        """Have the first message say how far things are. A status that was deleted isn't missed."""
        if status == self._status:
            return
        self._status = status
        try:
            await self._courier.edit_if_free(self._delivery.chat_id, self._message_ids[0], status, keyboard)
        except MessageGone:
            return

    async def show(self, contents: Sequence[Content], keyboard: InlineKeyboardMarkup | None = None) -> None:
        """Have one message say each of these, the first with the buttons.

        Raises `Unreachable`, `RichMessagesUnknown` and `StoreError`.
        """
        for position, content in enumerate(contents):
            if position == len(self._message_ids):
                await self._place(Text("…"), None)
            buttons = keyboard if position == 0 else None
            try:
                await self._courier.edit(self._delivery.chat_id, self._message_ids[position], content, buttons)
            except MessageGone:  # Somebody tidied up. What they asked for they get all the same, but once only.
                await self._place(Text("…"), None, instead_of=position)
                try:
                    await self._courier.edit(self._delivery.chat_id, self._message_ids[position], content, buttons)
                except MessageGone:
                    logger.info("The answer was deleted twice, so it isn't wanted")

    async def _place(self, text: Text, keyboard: InlineKeyboardMarkup | None, *, instead_of: int | None = None) -> None:
        delivery = self._delivery
        sent = await self._courier.send(
            delivery.chat_id, text, reply_to=delivery.reply_to, thread_id=delivery.thread_id, keyboard=keyboard
        )
        if instead_of is None:
            self._message_ids.append(sent.message_id)
        else:
            self._message_ids[instead_of] = sent.message_id
        await self._journal.set_messages(delivery.id, self._message_ids)
