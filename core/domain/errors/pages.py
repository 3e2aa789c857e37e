"""The page of the window on which the cause of an error can be mended."""

from collections.abc import Iterator

from core.domain.errors.base import NotulaError
from core.domain.translatable_text import TranslatableText
from core.domain.window_page import WindowPage


def page_of_error(message: TranslatableText) -> WindowPage | None:
    """The page that the error with this sentence names, None where it names none.

    It is found by the template: all that is stored of the error of a job that has ended.
    """
    return next((kind.page for kind in _kinds(NotulaError) if kind.sentence == message.template), None)


def _kinds(kind: type[NotulaError]) -> Iterator[type[NotulaError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _kinds(child)
