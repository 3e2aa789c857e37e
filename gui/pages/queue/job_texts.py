"""A job in words: the lines of its row, and what screen readers say of it."""

from core.domain import JobState, JobView, TranslatableText
from core.domain.job import WEB
from core.domain.watching import WATCH
from core.i18n import Translator
from gui.widgets.makers import maker_text
from gui.widgets.text import clock, harmless, state_name
from gui.widgets.time_left import time_left_of

_SEPARATOR = "  ·  "
_MINUTE_S = 60.0


def notes_of(job: JobView) -> tuple[TranslatableText, ...]:
    """The job's notes, and why its export has failed."""
    return (*([job.export_error] if job.export_error is not None else []), *job.notes)


def origin_icon(job: JobView) -> str:
    """The icon of where the job comes from."""
    if job.requester.channel == "telegram":
        return "bot"
    if job.requester.channel == "cli":
        return "terminal"
    if job.requester == WATCH:
        return "watch"
    return "web" if job.source_kind == WEB else "window"


def transcribed_before(tr: Translator) -> str:
    """Why a recording's text was there at once."""
    return tr("The same recording was transcribed before in the same way, so its text was there at once.")


class JobTexts:
    """Sentences about jobs in the language of the window."""

    def __init__(self, tr: Translator) -> None:
        self._tr = tr

    def origin(self, job: JobView) -> str:
        """Who has asked for it, where that isn't the owner at this window."""
        if job.requester.channel == "telegram" and not job.requester.is_owner:
            return self._tr("Telegram user {user}", user=harmless(job.requester.user))
        return {
            "bot": self._tr("Bot"),
            "terminal": self._tr("Terminal"),
            "web": self._tr("Web"),
            "watch": self._tr("Watched folder"),
        }.get(origin_icon(job), "")

    def second_line(self, job: JobView, turn: int | None = None) -> str:
        """What becomes of it, in one line. `turn` is its place among those that wait."""
        tr = self._tr
        if job.state is JobState.FAILED and job.error is not None:
            return self._message(job.error)
        if job.state is JobState.RUNNING:
            return _joined(self._percent(job), self._stage(job), time_left_of(tr, job))
        if job.state is JobState.RETRYING:
            return _joined(state_name(tr, job.state), self._message(job.error) if job.error is not None else "")
        if job.state is JobState.DONE:
            return self._done(job)
        if job.state is JobState.CANCELLED and job.done_share:
            return _joined(state_name(tr, job.state), tr("{percent} % done", percent=round(100 * job.done_share)))
        if job.state is JobState.QUEUED and turn is not None:
            return _joined(state_name(tr, job.state), tr("number {place}", place=turn))
        return state_name(tr, job.state)

    def explained(self, job: JobView) -> str:
        """The whole state for tooltips and screen readers: why a job failed, how far it is."""
        name = state_name(self._tr, job.state)
        told = [self._tr.message(note) for note in (*([job.error] if job.error else []), *notes_of(job))]
        detail = "\n".join(told) if told else self.second_line(job)
        if job.from_cache:
            detail = f"{detail}\n{transcribed_before(self._tr)}"
        return f"{name}: {detail}" if not detail.startswith(name) else detail

    def _done(self, job: JobView) -> str:
        tr = self._tr
        if job.export_error is not None:
            return _joined(tr("Done, but not exported"), self._message(job.export_error))
        heading = tr("Done, with a note") if job.notes else state_name(tr, job.state)
        length = clock(job.duration_s) if job.duration_s is not None else ""
        if job.from_cache:
            return _joined(heading, length, tr("transcribed before"))
        return _joined(heading, length, maker_text(tr, job.provider), self._worked(job.elapsed_s))

    def _worked(self, seconds: float) -> str:
        if not seconds:
            return ""
        return clock(seconds) if seconds >= _MINUTE_S else self._tr("{seconds} s", seconds=max(1, round(seconds)))

    def _percent(self, job: JobView) -> str:
        return f"{int(job.progress * 100)} %" if job.progress else ""

    def _stage(self, job: JobView) -> str:
        """What the worker does, as far as its progress tells."""
        if not job.progress and not job.segments:
            return self._tr("Reading")
        return self._tr("Finishing") if job.is_finishing else self._tr("Transcribing")

    def _message(self, message: TranslatableText) -> str:
        return " ".join(self._tr.message(message).split())


def _joined(*parts: str) -> str:
    return _SEPARATOR.join(part for part in parts if part)
