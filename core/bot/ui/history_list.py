"""A page of a person's transcripts, as text and buttons."""

import time
from dataclasses import dataclass

from aiogram.types import InlineKeyboardMarkup

from core.bot.api.message_content import preview
from core.bot.ui.keyboards import button_of, keyboard, rows
from core.domain import HistoryEntry
from core.domain.bot_records import PersonalPage
from core.i18n import Translator

PAGE_SIZE = 8

_NAME_UNITS = 60
_EXCERPT_UNITS = 120


@dataclass(frozen=True, slots=True)
class HistoryList:
    """The page that begins at `offset`, of all transcripts or of the results of a `search`."""

    tr: Translator
    page: PersonalPage
    offset: int
    search: str = ""

    def text(self) -> str:
        """The total, and name, date, duration and excerpt of each transcript."""
        tr, total = self.tr, self.page.total
        if not total:
            return tr("Nothing was found.") if self.search else tr("There is nothing of yours yet.")
        heading = (
            tr.plural(
                "{count} of your recordings has this in it:", "{count} of your recordings have this in it:", total
            )
            if self.search
            else tr.plural("{count} recording of yours:", "{count} recordings of yours:", total)
        )
        entries = (f"{number}. {_line(found.entry)}" for number, found in enumerate(self.page.entries, self.offset + 1))
        return "\n\n".join((heading, *entries))

    def keyboard(self) -> InlineKeyboardMarkup | None:
        """A button for each transcript, and those that turn pages; None for an empty list."""
        numbers = [
            button_of(str(number), f"open:{found.delivery_id}")
            for number, found in enumerate(self.page.entries, self.offset + 1)
        ]
        kind = "find" if self.search else "hist"
        turning = []
        if self.offset:
            turning.append(button_of(self.tr("Newer"), f"{kind}:{max(0, self.offset - PAGE_SIZE)}"))
        if self.offset + len(self.page.entries) < self.page.total:
            turning.append(button_of(self.tr("Older"), f"{kind}:{self.offset + PAGE_SIZE}"))
        return keyboard(*rows(numbers, 4), turning) if numbers or turning else None


def duration(seconds: float) -> str:
    """Hours (where there are any), minutes and seconds, as `1:02:03`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _line(entry: HistoryEntry) -> str:
    day = time.strftime("%Y-%m-%d", time.localtime(entry.created_at))
    excerpt = " ".join("".join(piece for piece, _ in entry.excerpt).split())
    return (
        f"{preview(entry.name, _NAME_UNITS)} ({day}, {duration(entry.duration_s)})\n{preview(excerpt, _EXCERPT_UNITS)}"
    )
