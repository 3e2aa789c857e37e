"""One delivery from its placeholder message over status updates to its content.

`_with_status_updates` times the edits of the status message, `ReplyMessages.show_progress` makes them;
`core.bot.delivery.rendering` has its words.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from aiogram.types import InlineKeyboardMarkup

from core.bot.api.errors import RichMessagesUnknown
from core.bot.api.message_content import Content, LongText, Text, as_plain_messages
from core.bot.delivery.delivery_context import DeliveryContext
from core.bot.delivery.rendering import (
    contents_of,
    derivation_status,
    fallback_note,
    file_of,
    heading_with_notices,
    preview_file,
    sentence,
    status_text,
)
from core.bot.delivery.reply_messages import PLACEHOLDER, ReplyMessages
from core.bot.delivery.zip_archive import zip_of
from core.bot.ui.error_sentences import in_chat
from core.bot.ui.keyboards import Keyboards
from core.config import lacks_budget
from core.domain import JobState, NotulaError, StoredTranscript, TranscriptId, TranslatableText
from core.domain.bot import Delivery, DeliveryKind
from core.domain.errors import StoreError
from core.domain.speakers import speakers_of
from core.export import SubtitleRules
from core.i18n import Translator

T = TypeVar("T")


class DerivationCancelled(Exception):
    """The person has cancelled a translation or a summary."""


@dataclass(frozen=True, slots=True)
class _Result:
    """What is to be shown in the end. `stored` is the transcript, or the derived text, that `contents` render.

    `has_failed` where `contents` say why there isn't what was asked for.
    """

    contents: Sequence[Content]
    keyboard: InlineKeyboardMarkup | None = None
    stored: StoredTranscript | None = None
    heading: str = ""
    has_failed: bool = False


class DeliveryRun:
    """Brings one delivery to its end. Belongs to one event loop."""

    def __init__(
        self, delivery: Delivery, reply: ReplyMessages, context: DeliveryContext, *, is_shown_again: bool = False
    ) -> None:
        self.delivery = delivery
        self.is_shown_again = is_shown_again
        """Whether it was delivered before: then a message stays as it is where there is nothing new to show."""
        self.has_result = False
        """Whether `run` has brought what was asked for."""
        self.reply = reply
        self._context = context
        self._host = context.host
        self._tr = Translator(delivery.interface_language)
        self._keyboards = Keyboards(self._tr)
        self._fraction = 0.0
        """How much of a translation or a summary is done, 0 to 1."""
        self._derivation: asyncio.Task[StoredTranscript | None] | None = None
        """Makes the translation or the summary."""
        self._is_cancelled = False

    @property
    def log_reference(self) -> str:
        """The beginning of the delivery's id, by which a person's report can be found in the log."""
        return self.delivery.id[:8]

    def cancel(self) -> bool:
        """Cancel the translation or the summary; False where none is being made."""
        if self._derivation is None or self._derivation.done():
            return False
        self._is_cancelled = True
        return self._derivation.cancel()

    async def run(self) -> TranscriptId | None:
        """Deliver, and return the id of the transcript if it is a new one.

        Raises `Unreachable`, `StoreError` and aiogram's errors; then it may be called again.
        """
        result = await self._result()
        if result is None:
            return None
        refused = Text(self._tr("Telegram doesn't take this file here. The buttons send it again."))
        try:
            await self.reply.show(result.contents, result.keyboard, refused=refused)
        except RichMessagesUnknown:
            await self.reply.show(await self._without_rich_messages(result), result.keyboard, refused=refused)
        self.has_result = not result.has_failed
        is_new = self.delivery.kind is DeliveryKind.TRANSCRIPT and result.stored is not None
        return result.stored.entry.id if is_new and result.stored is not None else None

    async def show_internal_error(self) -> None:
        """Show that an unexpected error has occurred, with the reference by which it is in the log."""
        reply_text = self._tr(
            "Something went wrong here. The owner finds it in the log under {mark}.", mark=self.log_reference
        )
        again = self._keyboards.failed(self.delivery.id) if self.delivery.kind is DeliveryKind.TRANSCRIPT else None
        await self.reply.show([sentence(reply_text)], again)

    async def _result(self) -> _Result | None:
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
                    return _Result(
                        [await zip_of(self._tr, self._all_transcripts(), self.delivery.formats[0], self._rules)]
                    )
                case DeliveryKind.NOTICE:
                    return await self._notice()
                case DeliveryKind.TRANSLATION if self.is_shown_again:
                    return await self._translation_again()
                case _:
                    return await self._derived()
        except StoreError:
            raise
        except NotulaError as error:
            return None if self.is_shown_again else _Result([self._error_text(error.message)], has_failed=True)

    async def _transcript(self) -> _Result:
        job_id = self.delivery.job_id
        assert job_id is not None
        again = self._keyboards.failed(self.delivery.id)
        queue = self._host.queue

        def status() -> Text:
            paused = self._host.settings.queue_paused
            return status_text(self._tr, queue.view(job_id), queue.place(job_id), is_paused=paused)

        # A crash or a lost response may orphan the first message, so its text has to stay true.
        await self.reply.begin(Text(self._tr("Received.")), self._keyboards.running(self.delivery.id))
        try:
            job = await self._with_status_updates(asyncio.create_task(queue.wait(job_id), name=f"job-{job_id}"), status)
        except KeyError:
            # Old jobs are deleted from the journal; their transcripts aren't.
            return await self._stored(self.delivery.transcript_id)
        if job.error is not None and job.state is JobState.FAILED:
            return _Result([self._error_text(job.error)], again, has_failed=True)
        if job.state is not JobState.DONE:
            return _Result([Text(self._tr("Cancelled."))], again, has_failed=True)
        if job.transcript_id is not None:
            await self._context.journal.set_transcript(self.delivery.id, job.transcript_id)
        return await self._stored(job.transcript_id, fallback_note(self._tr, job.notes))

    def _error_text(self, error: TranslatableText) -> Text:
        """Why the delivery has failed. The owner gets the detailed sentence, unless others would read it."""
        delivery = self.delivery
        to_owner = delivery.chat_id == delivery.user_id and self._is_owner
        return sentence(self._tr.message(in_chat(error, to_owner=to_owner)))

    async def _stored(self, transcript_id: TranscriptId | None, heading: str = "") -> _Result:
        stored = await self._host.transcripts.get(transcript_id) if transcript_id is not None else None
        has_speakers = stored is not None and bool(speakers_of(stored.transcript))
        keyboard = self._keyboards.transcript(self.delivery.id, has_speakers=has_speakers)
        return await self._of_stored(stored, keyboard, heading)

    async def _file(self) -> _Result:
        assert self.delivery.transcript_id is not None
        await self.reply.begin(PLACEHOLDER)
        transcript_id, language = self.delivery.transcript_id, self.delivery.target_language
        if language:  # The translation was delivered before, and is in the cache.
            stored = await self._host.transcripts.translate(
                transcript_id, language, self._note_progress, only_free=self._only_free
            )
        else:
            stored = await self._host.transcripts.get(transcript_id)
        if stored is None:
            return self._deleted()
        return _Result(
            [await asyncio.to_thread(file_of, self._tr, stored, self.delivery.formats[0], language, self._rules)]
        )

    async def _all_transcripts(self) -> AsyncIterator[StoredTranscript]:
        page = await self._context.records.page(self.delivery.user_id, limit=None)
        for found in page.entries:
            stored = await self._host.transcripts.get(found.entry.id)
            if stored is not None:  # Else it was deleted meanwhile.
                yield stored

    async def _notice(self) -> _Result:
        """The first message is a sentence and no placeholder, because it causes a notification."""
        heading = self._tr("A message from the owner of this bot:")
        await self.reply.begin(Text(heading))
        return _Result([Text(self.delivery.text, heading)])

    async def _derived(self) -> _Result:
        """A translation or a summary: from the cache, or made now, also after a crash in between."""
        kind, language = self.delivery.kind, self.delivery.target_language
        assert self.delivery.transcript_id is not None
        cancelled = _Result([Text(self._tr("Cancelled."))], has_failed=True)
        if self._is_cancelled:
            return cancelled

        def status() -> Text:
            return derivation_status(self._tr, kind, language, self._fraction)

        await self.reply.begin(status(), self._keyboards.running(self.delivery.id))
        transcripts = self._host.transcripts
        derive = transcripts.summarize if kind is DeliveryKind.SUMMARY else transcripts.translate
        self._derivation = asyncio.create_task(
            _as_coroutine(
                derive(self.delivery.transcript_id, language, self._note_progress, only_free=self._only_free)
            ),
            name=f"derive-{self.delivery.id}",
        )
        try:
            stored = await self._with_status_updates(self._derivation, status)
        except DerivationCancelled:
            return cancelled
        if kind is DeliveryKind.SUMMARY:
            return await self._of_stored(stored, None, self._tr("Summary"))
        return await self._of_stored(stored, self._keyboards.translation(self.delivery.id), self._tr("Translation"))

    async def _translation_again(self) -> _Result | None:
        """The translation as it is now; None where it isn't at hand, as nobody has asked for another one."""
        assert self.delivery.transcript_id is not None
        language = self.delivery.target_language
        stored = await self._host.transcripts.find_translation(self.delivery.transcript_id, language)
        if stored is None:
            return None
        return await self._of_stored(stored, self._keyboards.translation(self.delivery.id), self._tr("Translation"))

    async def _of_stored(
        self, stored: StoredTranscript | None, keyboard: InlineKeyboardMarkup | None, heading: str = ""
    ) -> _Result:
        if stored is None:
            return self._deleted()
        heading = heading_with_notices(self._tr, stored, heading)
        contents = await asyncio.to_thread(
            contents_of, self._tr, stored, self.delivery.formats, heading=heading, rules=self._rules
        )
        return _Result(contents, keyboard, stored, heading)

    def _deleted(self) -> _Result:
        return _Result([Text(self._tr("This recording was deleted."))], has_failed=True)

    async def _without_rich_messages(self, result: _Result) -> Sequence[Content]:
        """The same contents for a Bot API server that doesn't support rich messages."""
        first, *files = result.contents
        assert isinstance(first, LongText)
        assert result.stored is not None
        messages: Sequence[Content] | None = as_plain_messages(first)
        return [*(messages or [await asyncio.to_thread(preview_file, result.stored, heading=result.heading)]), *files]

    async def _with_status_updates(self, task: "asyncio.Task[T]", status: Callable[[], Text]) -> T:
        """The task's result. Until then the status message is updated at intervals. Raises `DerivationCancelled`."""
        buttons = self._keyboards.running(self.delivery.id)
        try:
            while not task.done():
                await self._wait_for_next_status(task)
                if not task.done():
                    await self.reply.show_progress(status(), buttons)
        finally:
            await _finish_task(task)
        if task.cancelled() and self._is_cancelled:
            raise DerivationCancelled
        return task.result()

    async def _wait_for_next_status(self, task: "asyncio.Task[Any]") -> None:
        delay = asyncio.create_task(_as_coroutine(self._context.pause(self._context.status_interval_s)))
        try:
            await asyncio.wait([task, delay], return_when=asyncio.FIRST_COMPLETED)
        finally:
            await _finish_task(delay)

    def _note_progress(self, fraction: float) -> None:
        self._fraction = fraction

    @property
    def _is_owner(self) -> bool:
        return self.delivery.user_id == self._host.settings.bot_owner

    @property
    def _only_free(self) -> bool:
        """Whether no provider that costs money may be asked for this person: others than the owner need a budget."""
        return not self._is_owner and lacks_budget(self._host.settings)

    @property
    def _rules(self) -> SubtitleRules:
        return self._host.settings.subtitle_rules


async def _as_coroutine(awaitable: Awaitable[T]) -> T:
    """`asyncio.create_task` takes coroutines only."""
    return await awaitable


async def _finish_task(task: "asyncio.Task[Any]") -> None:
    """Cancel the task unless it is done, and wait for it. Its exception is marked as retrieved."""
    if not task.done():
        task.cancel()
        await asyncio.wait([task])
    if not task.cancelled():
        task.exception()
