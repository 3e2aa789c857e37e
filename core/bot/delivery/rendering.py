"""Texts of deliveries: status messages, transcripts, files."""

from collections.abc import Sequence
from pathlib import PurePath

from core.bot.api.message_content import MAX_TEXT_UNITS, Content, File, Text, as_message, preview, visible
from core.bot.api.text_splitting import truncated
from core.domain import JobState, JobView, StoredTranscript, TranslatableText
from core.domain.bot import DeliveryKind
from core.domain.languages import language_code, language_name
from core.domain.translatable_text import TranslatableValue
from core.export import file_name, render, render_plain_text
from core.i18n import Translator

PARTIAL_CHARACTERS = 600
"""Length of the partial transcript in a status message."""


def status_text(tr: Translator, view: JobView | None, place: int | None) -> Text:
    """The status message of a job; `place` is its position in the queue, None if it isn't queued."""
    if view is None or view.state is JobState.QUEUED:
        waiting = tr("Waiting, number {place} in the line.", place=place) if place else tr("Received.")
        return Text(waiting)
    if view.state is JobState.RETRYING:
        return Text(tr("That didn't work. Trying again soon."))
    if view.progress is None:
        return Text(tr("Being fetched …"))
    heading = tr("Being transcribed: {percent} %", percent=round(100 * view.progress))
    partial = visible(" ".join(segment.text.strip() for segment in view.segments))
    return Text(_tail(partial), heading) if partial else Text(heading)


def derivation_status(tr: Translator, kind: DeliveryKind, language: str, fraction: float) -> Text:
    """The status message of a translation or a summary; `fraction` is 0 to 1."""
    percent = round(100 * fraction)
    if kind is DeliveryKind.SUMMARY:
        return Text(tr("Being summed up: {percent} %", percent=percent))
    name = tr(language_name(code)) if (code := language_code(language)) else language
    return Text(tr("Being translated into {language}: {percent} %", language=name, percent=percent))


def contents_of(
    tr: Translator, stored: StoredTranscript, formats: Sequence[str], *, heading: str = ""
) -> list[Content]:
    """A transcript, translation or summary as messages: its text, and a file in each of these formats."""
    text = visible(render_plain_text(stored))
    if not text:
        return [Text(tr("Nobody speaks in this recording."))]
    content: Content | None = as_message(text, heading=heading)
    if content is None:
        content = preview_file(stored, heading=heading)
        formats = [name for name in formats if name != "txt"]
    return [content, *(file_of(stored, name) for name in formats)]


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
    file = file_of(stored, "txt")
    return File(file.name, file.data, preview(f"{heading}\n{render_plain_text(stored)}"))


def file_of(stored: StoredTranscript, format_name: str, language: str = "") -> File:
    """A transcript as a file; `language` is that of a translation, and part of the file name.

    A file without text has a line break, because Telegram refuses empty files.
    """
    name = PurePath(file_name(stored.entry.name, format_name))
    file_name_shown = f"{name.stem}.{language}{name.suffix}" if language else name.name
    return File(file_name_shown, render(stored, format_name) or b"\n")


def sentence(text: str) -> Text:
    """A sentence as a message, truncated where a long file name makes it too long."""
    return Text(truncated(text, MAX_TEXT_UNITS))


def _tail(text: str) -> str:
    """The last words of a partial transcript."""
    if len(text) <= PARTIAL_CHARACTERS:
        return text
    end = text[-PARTIAL_CHARACTERS // 2 :]
    return f"… {end.partition(' ')[2] or end}"
