"""Which providers were asked in vain or left out before those that made a text, and why: the notes of a transcript."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from core.domain import TranslatableText, mark
from core.domain.errors import ProviderError
from core.domain.model import AUTOMATIC
from core.domain.part import Failure
from core.domain.translatable_text import TranslatableValue
from core.providers import Candidate, ExcludedProvider
from core.providers.on_device.provider import NAME as ON_DEVICE

MADE_BY = mark("{reason} So {maker} has made this text instead of {provider}.")
PARTLY_MADE_BY = mark("{reason} So {maker} has made a part of this text instead of {provider}.")
MADE_EARLIER = mark("{provider} takes no requests at the moment. This text was made earlier by {maker}.")
THIS_COMPUTER = mark("this computer ({model})")


class FallbackNotes:
    """Collects the providers that failed while a recording was transcribed. Those of `excluded` could not be asked."""

    def __init__(self, excluded: Iterable[ExcludedProvider] = ()) -> None:
        self._excluded = tuple(excluded)
        self._failed: dict[str, Failure] = {}

    def add(self, candidate: Candidate, error: ProviderError) -> None:
        """This candidate has failed at a piece that another one has done. Its first reason is kept."""
        self.restore([Failure(candidate.name, candidate.upstream.title, error.message)])

    @property
    def failures(self) -> tuple[Failure, ...]:
        """The failures so far, for `restore` in another run of the same recording."""
        return tuple(self._failed.values())

    def restore(self, failures: Iterable[Failure]) -> None:
        """Add the failures of parts that were finished earlier."""
        for failure in failures:
            self._failed.setdefault(failure.provider, failure)

    def notes(self, makers: Sequence[Candidate]) -> tuple[TranslatableText, ...]:
        """The notes on a text that these have made; none where those made it that come first."""
        notes = [
            TranslatableText(MADE_BY, {"provider": one.title, "reason": one.reason, "maker": maker_of(makers)})
            for one in self._excluded
        ]
        names = {maker.name for maker in makers}
        for name, failure in self._failed.items():
            others = [maker for maker in makers if maker.name != name]
            if others:
                template = PARTLY_MADE_BY if name in names else MADE_BY
                values: dict[str, TranslatableValue] = {
                    "provider": failure.title,
                    "reason": failure.reason,
                    "maker": maker_of(others),
                }
                notes.append(TranslatableText(template, values))
        return tuple(notes)


def maker_of(makers: Sequence[Candidate]) -> TranslatableValue:
    """The makers by the names that people know."""
    if len(makers) == 1 and makers[0].name == ON_DEVICE:
        return TranslatableText(THIS_COMPUTER, {"model": makers[0].options.model})
    return ", ".join(f"{maker.upstream.title} {maker.options.model}".strip() for maker in makers)


def notes_on_cached(candidates: Sequence[Candidate], place: int, model: str) -> tuple[TranslatableText, ...]:
    """The notes on a cached text by the candidate at this place: those before it can't be asked now.

    `model` is the one that made the text, which "auto" doesn't tell.
    """
    maker = candidates[place]
    if maker.options.model == AUTOMATIC:
        maker = replace(maker, options=replace(maker.options, model=model))
    return tuple(
        TranslatableText(MADE_EARLIER, {"provider": passed.upstream.title, "maker": maker_of([maker])})
        for passed in candidates[:place]
    )
