"""How long a job, or all of them, will still take, in words."""

from core.domain import JobView
from core.i18n import Translator
from gui.widgets.text import clock

_LEAST_S = 1.0
"""Less would be told as 00:00."""


def time_left(tr: Translator, remaining_s: float | None) -> str:
    """Empty where that isn't known, or less than a second."""
    return tr("{time} left", time=clock(remaining_s)) if remaining_s is not None and remaining_s >= _LEAST_S else ""


def time_left_of(tr: Translator, job: JobView) -> str:
    """The same of a job; nobody knows how long its end takes, which isn't transcribing."""
    return "" if job.is_finishing else time_left(tr, job.remaining_s)
