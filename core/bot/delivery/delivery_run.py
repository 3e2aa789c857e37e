"""One delivery's way: a placeholder, how far things are, and in the end the answer in its place."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from aiogram.types import InlineKeyboardMarkup

from core.bot.api.errors import RichMessagesUnknown
from core.bot.api.message_content import Content, LongText, Text, pieces_of
from core.bot.delivery.rendering import (
    answer_of,
    file_of,
    notes_in_short,
    preview_file,
    sentence,
    status_text,
    version_status,
)
from core.bot.delivery.reply_messages import PLACEHOLDER, Reply
from core.bot.delivery.zip_archive import archive_of
from core.bot.ui.error_sentences import in_chat
from core.bot.ui.keyboards import Buttons
from core.bot.work import Work
from core.domain import JobState, NotulaError, StoredTranscript, TranscriptId, TranslatableText
from core.domain.bot import Delivery, DeliveryKind
from core.domain.errors import StoreError
from core.i18n import Translator
from core.store import Deliveries

T = TypeVar("T")


class NotWanted(Exception):
    """The person has cancelled it."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a delivery comes to. `stored` is what the text is of, if it is of something."""

    contents: Sequence[Content]
    keyboard: InlineKeyboardMarkup | None = None
    stored: StoredTranscript | None = None
    heading: str = ""


class DeliveryRun:
    """Brings one delivery to its end. `pause` waits for the seconds that lie between two looks at how far it is."""

    def __init__(
        self,
        delivery: Delivery,
        reply: Reply,
        journal: Deliveries,
        work: Work,
        pause: Callable[[float], Awaitable[None]],
        between_looks_s: float,
    ) -> None:
        self.delivery = delivery
        self.reply = reply
        self._journal = journal
        self._work = work
        self._pause = pause
        self._between_looks_s = between_looks_s
        self._tr = Translator(delivery.interface_language)
        self._buttons = Buttons(self._tr)
        self._fraction = 0.0
        self._making: asyncio.Task[StoredTranscript | None] | None = None
        self._is_wanted = True

    @property
    def mark(self) -> str:
        """What people may quote of it: the beginning of its id, which is in the log."""
        return self.delivery.id[:8]

    def cancel(self) -> bool:
        """Make no translation or summary after all; False where none is being made."""
        if self._making is None or self._making.done():
            return False
        self._is_wanted = False
        return self._making.cancel()

    async def run(self) -> TranscriptId | None:
        """Do all of it, and return the transcript that it led to, if it was a new one.

        Raises `Unreachable`, `StoreError` and aiogram's errors; then it may be called again.
        """
        answer = await self._answer()
        refused = Text(self._tr("Telegram doesn't take this file here. The buttons send it again."))
        try:
            await self.reply.show(answer.contents, answer.keyboard, refused=refused)
        except RichMessagesUnknown:
            await self.reply.show(await self._plainer(answer), answer.keyboard, refused=refused)
        is_new = self.delivery.kind is DeliveryKind.TRANSCRIPT and answer.stored is not None
        return answer.stored.entry.id if is_new and answer.stored is not None else None

    async def apologize(self) -> None:
        """Say that something went wrong which nobody foresaw, and by which mark it is in the log."""
        told = self._tr("Something went wrong here. The owner finds it in the log under {mark}.", mark=self.mark)
        again = self._buttons.failed(self.delivery.id) if self.delivery.kind is DeliveryKind.TRANSCRIPT else None
        await self.reply.show([sentence(told)], again)

    async def _answer(self) -> _Answer:
        try:
            match self.delivery.kind:
                case DeliveryKind.TRANSCRIPT:
                    return await self._transcript()
                case DeliveryKind.FILE:
                    return await self._file()
                case DeliveryKind.COPY:
                    await self.reply.begin(PLACEHOLDER)
                    return await self._stored(self.delivery.transcript_id)
                case DeliveryKind.ARCHIVE:
                    await self.reply.begin(PLACEHOLDER)
                    return _Answer([await archive_of(self._all_transcripts(), self.delivery.formats[0])])
                case DeliveryKind.NOTICE:
                    return await self._notice()
                case _:
                    return await self._version()
        except StoreError:
            raise
        except NotulaError as error:
            return _Answer([self._told(error.message)])

    async def _transcript(self) -> _Answer:
        job_id = self.delivery.job_id
        assert job_id is not None
        again = self._buttons.failed(self.delivery.id)

        def status() -> Text:
            return status_text(self._tr, self._work.view(job_id), self._work.place(job_id))

        # What is sent first may be left behind by a crash or a lost answer, so it says what stays true.
        await self.reply.begin(Text(self._tr("Received.")), self._buttons.running(self.delivery.id))
        try:
            job = await self._watched(asyncio.create_task(self._work.wait(job_id), name=f"job-{job_id}"), status)
        except KeyError:
            # The table of jobs is kept short; the transcript is there all the same.
            return await self._stored(self.delivery.transcript_id)
        if job.error is not None and job.state is JobState.FAILED:
            return _Answer([self._told(job.error)], again)
        if job.state is not JobState.DONE:
            return _Answer([Text(self._tr("Cancelled."))], again)
        if job.transcript_id is not None:
            await self._journal.set_transcript(self.delivery.id, job.transcript_id)
        return await self._stored(job.transcript_id, notes_in_short(self._tr, job.notes))

    def _told(self, error: TranslatableText) -> Text:
        """Why there is no answer. In a group others read what is told to the owner."""
        delivery = self.delivery
        to_owner = delivery.chat_id == delivery.user_id and self._work.is_owner(delivery.user_id)
        return sentence(self._tr.message(in_chat(error, to_owner=to_owner)))

    async def _stored(self, transcript_id: TranscriptId | None, heading: str = "") -> _Answer:
        stored = await self._work.transcript(transcript_id) if transcript_id is not None else None
        return await self._of_stored(stored, self._buttons.transcript(self.delivery.id), heading)

    async def _file(self) -> _Answer:
        assert self.delivery.transcript_id is not None
        await self.reply.begin(PLACEHOLDER)
        transcript_id, language = self.delivery.transcript_id, self.delivery.target_language
        if language:  # Its translation was sent before, and is in the cache.
            stored = await self._work.translate(
                transcript_id, language, self._note_progress, user_id=self.delivery.user_id
            )
        else:
            stored = await self._work.transcript(transcript_id)
        if stored is None:
            return self._deleted()
        return _Answer([await asyncio.to_thread(file_of, stored, self.delivery.formats[0], language)])

    async def _all_transcripts(self) -> AsyncIterator[StoredTranscript]:
        for transcript_id in await self._work.transcripts_of(self.delivery.user_id):
            stored = await self._work.transcript(transcript_id)
            if stored is not None:  # Else it was deleted meanwhile.
                yield stored

    async def _notice(self) -> _Answer:
        """What is sent first makes sense alone: nobody is to be woken by three dots."""
        heading = self._tr("A message from the owner of this bot:")
        await self.reply.begin(Text(heading))
        return _Answer([Text(self.delivery.text, heading)])

    async def _version(self) -> _Answer:
        """A translation or a summary, made anew after a crash, or found in the cache."""
        kind, language = self.delivery.kind, self.delivery.target_language
        assert self.delivery.transcript_id is not None
        not_wanted = _Answer([Text(self._tr("Cancelled."))])
        if not self._is_wanted:
            return not_wanted

        def status() -> Text:
            return version_status(self._tr, kind, language, self._fraction)

        await self.reply.begin(status(), self._buttons.running(self.delivery.id))
        make = self._work.summarize if kind is DeliveryKind.SUMMARY else self._work.translate
        self._making = asyncio.create_task(
            _whole(make(self.delivery.transcript_id, language, self._note_progress, user_id=self.delivery.user_id)),
            name=f"make-{self.delivery.id}",
        )
        try:
            stored = await self._watched(self._making, status)
        except NotWanted:
            return not_wanted
        if kind is DeliveryKind.SUMMARY:
            return await self._of_stored(stored, None, self._tr("Summary"))
        return await self._of_stored(stored, self._buttons.translation(self.delivery.id), self._tr("Translation"))

    async def _of_stored(
        self, stored: StoredTranscript | None, keyboard: InlineKeyboardMarkup | None, heading: str = ""
    ) -> _Answer:
        if stored is None:
            return self._deleted()
        contents = await asyncio.to_thread(answer_of, self._tr, stored, self.delivery.formats, heading=heading)
        return _Answer(contents, keyboard, stored, heading)

    def _deleted(self) -> _Answer:
        return _Answer([Text(self._tr("This recording was deleted."))])

    async def _plainer(self, answer: _Answer) -> Sequence[Content]:
        """The same for a server that knows no rich messages."""
        first, *files = answer.contents
        assert isinstance(first, LongText)
        assert answer.stored is not None
        pieces: Sequence[Content] | None = pieces_of(first)
        return [*(pieces or [await asyncio.to_thread(preview_file, answer.stored, heading=answer.heading)]), *files]

    async def _watched(self, task: "asyncio.Task[T]", status: Callable[[], Text]) -> T:
        """What comes of it. Meanwhile people see how far it is. Raises `NotWanted` where it was cancelled."""
        buttons = self._buttons.running(self.delivery.id)
        try:
            while not task.done():
                await self._next_look(task)
                if not task.done():
                    await self.reply.show_progress(status(), buttons)
        finally:
            await _ended(task)
        if task.cancelled() and not self._is_wanted:
            raise NotWanted
        return task.result()

    async def _next_look(self, task: "asyncio.Task[Any]") -> None:
        look = asyncio.create_task(_whole(self._pause(self._between_looks_s)))
        try:
            await asyncio.wait([task, look], return_when=asyncio.FIRST_COMPLETED)
        finally:
            await _ended(look)

    def _note_progress(self, fraction: float) -> None:
        self._fraction = fraction


async def _whole(step: Awaitable[T]) -> T:
    return await step


async def _ended(task: "asyncio.Task[Any]") -> None:
    """The task is over, by force if need be; whoever cares for its error asks for it."""
    if not task.done():
        task.cancel()
        await asyncio.wait([task])
    if not task.cancelled():
        task.exception()
