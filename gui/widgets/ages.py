"""How long ago something was, as people say it."""

from datetime import datetime

from PySide6.QtCore import QLocale

from core.i18n import Translator
from gui.widgets.text import day

_MINUTE_S = 60
_HOUR_S = 3600
_MOST_DAYS = 6
"""From a week on a date says more than a number of days."""


def age(tr: Translator, at: float, now: float) -> str:
    """The age of something at `at`, both in seconds since the epoch; days are those of the local calendar."""
    past_s = now - at
    days = (datetime.fromtimestamp(now).date() - datetime.fromtimestamp(at).date()).days
    if past_s < _MINUTE_S:
        return tr("just now")
    if past_s < _HOUR_S:
        return tr.plural("{count} minute ago", "{count} minutes ago", int(past_s / _MINUTE_S))
    if days == 0:
        return tr.plural("{count} hour ago", "{count} hours ago", int(past_s / _HOUR_S))
    if days == 1:
        return tr("yesterday")
    if days <= _MOST_DAYS:
        return tr.plural("{count} day ago", "{count} days ago", days)
    return day(QLocale(tr.language), at)
