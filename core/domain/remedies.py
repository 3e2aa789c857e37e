"""Where something can be done about what a sentence tells."""

from collections.abc import Iterator

from core.domain.errors import NotulaError
from core.domain.places import Place
from core.domain.translatable_text import TranslatableText


def place_of(message: TranslatableText) -> Place | None:
    """The page of the window that the error with this sentence names, None where it names none.

    It goes by the template, which is all that is kept of the error of a job that has ended.
    """
    return next((kind.place for kind in _kinds(NotulaError) if kind.sentence == message.template), None)


def _kinds(kind: type[NotulaError]) -> Iterator[type[NotulaError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _kinds(child)
