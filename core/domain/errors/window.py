"""Errors of starting the window."""

from core.domain.errors.base import NotulaError
from core.domain.translatable_text import mark


class WindowNotInstalled(NotulaError):
    """Notula is installed without the extra that shows a window."""

    sentence = mark(
        "The window isn't installed: run 'pip install \".[desktop]\"' in Notula's folder. The command line and the bot "
        "work without it."
    )
