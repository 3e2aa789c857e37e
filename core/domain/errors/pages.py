"""The place in the window to which a sentence sends people."""

from collections.abc import Iterator

from core.domain.errors.base import NotulaError
from core.domain.notice_pages import PAGE_OF_NOTICE
from core.domain.translatable_text import TranslatableText
from core.domain.window_page import WindowPage


def page_of(message: TranslatableText) -> WindowPage | None:
    """The place that an error or a notice names, itself or in a sentence within it; None where it names none.

    It is found by the template: all that is stored of the error of a job that has ended.
    """
    page = PAGE_OF_NOTICE.get(message.template)
    if page is None:
        page = next((kind.page for kind in _kinds(NotulaError) if kind.sentence == message.template), None)
    if page is None:
        within = (page_of(value) for value in message.values.values() if isinstance(value, TranslatableText))
        page = next((one for one in within if one is not None), None)
    return page


def _kinds(kind: type[NotulaError]) -> Iterator[type[NotulaError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _kinds(child)
