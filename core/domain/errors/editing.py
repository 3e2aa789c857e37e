"""Errors of editing a transcript."""

from core.domain.errors.base import NotulaError
from core.domain.translatable_text import mark


class EditingError(NotulaError):
    """The text can't be changed so."""

    sentence = mark("The text can't be changed so. Nothing was changed.")


class SegmentUnknown(EditingError):
    """The segment was deleted or joined with another one meanwhile."""

    sentence = mark("This passage isn't in the text any more. Nothing was changed.")


class TextChanged(EditingError):
    """The edit was made of another text than this one."""

    sentence = mark("The text was changed meanwhile. Nothing was changed; do it again.")


class CutRefused(EditingError):
    """One of the two parts would have no text."""

    sentence = mark("Put the cursor between two words to cut there.")


class NothingToJoin(EditingError):
    """The passages don't follow each other, or nothing follows the last one."""

    sentence = mark("There is nothing to join here. Choose passages that follow each other.")


class TimesRefused(EditingError):
    """A segment would be too short, or in its neighbours' time."""

    sentence = mark("A passage ends after it begins, and doesn't reach into the passages before and after it.")


class NotSaved(EditingError):
    """Another transcript is to be opened while changes of this one can't be saved."""

    sentence = mark("What you have changed here isn't saved. Choose first what becomes of it.")
