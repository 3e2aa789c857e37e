"""Texts of deliveries: status messages, transcripts, files."""

from collections.abc import Sequence
from pathlib import PurePath

from core.bot.api.message_content import MAX_TEXT_UNITS, Content, File, Text, as_message, preview, visible
from core.bot.api.text_splitting import truncated
from core.domain import JobState, JobView, StoredTranscript, TranslatableText, mark
from core.domain.bot import DeliveryKind
from core.domain.languages import language_code, language_name
from core.domain.no_speech import sentence_without_speech
from core.domain.scripts import join_prose
from core.domain.translatable_text import TranslatableValue
from core.export import STANDARD, SubtitleRules, export_notices, file_name, is_empty, render, render_plain_text
from core.i18n import Translator

PAUSED = mark("The queue is paused: no recording begins until it goes on.")

PARTIAL_CHARACTERS = 600
"""Length of the partial transcript in a status message."""


def status_text(tr: Translator, view: JobView | None, place: int | None, *, is_paused: bool = False) -> Text:
    """The status message of a job; `place` is its position in the queue, None if it isn't queued."""
    if view is None or view.state is JobState.QUEUED:
        waiting = tr("Waiting, number {place} in the line.", place=place) if place else tr("Received.")
        return Text(f"{waiting} {tr(PAUSED)}" if is_paused and place else waiting)
    if view.state is JobState.RETRYING:
        return Text(tr("That didn't work. Trying again soon."))
    if view.progress is None:
        return Text(tr("Being fetched …"))
    heading = tr("Being transcribed: {percent} %", percent=round(100 * view.progress))
    partial = visible(join_prose(segment.text for segment in view.segments))
    return Text(_tail(partial), heading) if partial else Text(heading)


def derivation_status(tr: Translator, kind: DeliveryKind, language: str, fraction: float) -> Text:
    """The status message of a translation or a summary; `fraction` is 0 to 1."""
    percent = round(100 * fraction)
    if kind is DeliveryKind.SUMMARY:
        return Text(tr("Being summed up: {percent} %", percent=percent))
    name = tr(language_name(code)) if (code := language_code(language)) else language
    return Text(tr("Being translated into {language}: {percent} %", language=name, percent=percent))


def contents_of(
    tr: Translator,
    stored: StoredTranscript,
    formats: Sequence[str],
    *,
    heading: str = "",
    rules: SubtitleRules = STANDARD,
) -> list[Content]:
    """A transcript, translation or summary as messages: its text, and a file in each of these formats."""
    text = visible(render_plain_text(stored))
    if not text:
        remark = sentence_without_speech(stored.transcript)
        return [Text(tr.message(remark), heading) if remark is not None else Text(heading)]
    content: Content | None = as_message(text, heading=heading)
    if content is None:
        content = preview_file(stored, heading=heading)
        formats = [name for name in formats if name != "txt"]
    return [content, *(file_of(tr, stored, name, rules=rules) for name in formats)]


def heading_with_notices(tr: Translator, stored: StoredTranscript, heading: str) -> str:
    """The heading of a transcript: what its reader has to know of the recording, and this."""
    notices = [visible(tr.message(notice)) for notice in stored.transcript.notices]
    return " ".join(filter(None, (*notices, heading)))


def fallback_note(tr: Translator, notes: Sequence[TranslatableText]) -> str:
    """A line that names the providers that have failed, and those that were used instead."""
    notes_shown = [
        tr("{provider} could not do it; made by {maker}.", provider=_text_of(tr, provider), maker=_text_of(tr, maker))
        for note in notes
        if (provider := note.values.get("provider")) and (maker := note.values.get("maker"))
    ]
    return " ".join(dict.fromkeys(notes_shown))


def _text_of(tr: Translator, value: TranslatableValue) -> str:
    return tr.message(value) if isinstance(value, TranslatableText) else str(value)


def preview_file(stored: StoredTranscript, *, heading: str = "") -> File:
    """A text that is too long for messages as a file, with its beginning as the caption."""
    caption = preview(f"{heading}\n{render_plain_text(stored)}")
    return File(file_name(stored.entry.name, "txt"), render(stored, "txt"), caption)


def _without_text(stored: StoredTranscript) -> tuple[TranslatableText, ...]:
    """What is known of a recording in which nothing was said."""
    remark = sentence_without_speech(stored.transcript)
    return (*stored.transcript.notices, *([remark] if remark is not None else []))


def file_of(
    tr: Translator,
    stored: StoredTranscript,
    format_name: str,
    language: str = "",
    rules: SubtitleRules = STANDARD,
) -> File | Text:
    """A transcript as a file; `language` is that of a translation, and part of the file name.

    Its caption is what is to be known of it. Where the file would say nothing there is a sentence in its place.
    """
    if is_empty(stored, format_name):
        return Text(" ".join(map(tr.message, _without_text(stored))))
    name = PurePath(file_name(stored.entry.name, format_name))
    file_name_shown = f"{name.stem}.{language}{name.suffix}" if language else name.name
    caption = " ".join(map(tr.message, export_notices(stored, format_name, rules)))
    return File(file_name_shown, render(stored, format_name, rules), caption)


def sentence(text: str) -> Text:
    """A sentence as a message, truncated where a long file name makes it too long."""
    return Text(truncated(text, MAX_TEXT_UNITS))


def _tail(text: str) -> str:
    """The last words of a partial transcript."""
    if len(text) <= PARTIAL_CHARACTERS:
        return text
    end = text[-PARTIAL_CHARACTERS // 2 :]
    return f"… {end.partition(' ')[2] or end}"
