"""What can turn speech into text now: the models of this computer and of the providers in use."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.domain import ModelKind, ModelStatus
from core.domain.model import ModelUse
from core.domain.provider_offer import ProviderOffer
from gui.changes import Changes
from gui.page_context import PageContext

if TYPE_CHECKING:
    from core.app.notula import Notula

OFFERED = "base"
"""The model for many languages that is fetched where there is none: the smallest that knows Indonesian well."""


@dataclass(frozen=True, slots=True)
class KnownModels:
    """`offers` are those of the providers in use, in the order in which they are asked."""

    models: tuple[ModelStatus, ...] = ()
    offers: tuple[ProviderOffer, ...] = ()

    @property
    def of_speech(self) -> tuple[ModelStatus, ...]:
        """The models of this computer that write text, with those that could be fetched."""
        return tuple(model for model in self.models if model.kind is ModelKind.SPEECH)

    @property
    def of_voices(self) -> ModelStatus | None:
        """The model of this computer that tells speakers apart."""
        return next((model for model in self.models if model.kind is ModelKind.VOICES), None)

    @property
    def device(self) -> str:
        """The name of this computer as a provider; empty before the first answer."""
        return next((offer.name for offer in self.offers if not offer.takes_keys), "")

    def for_many_languages(self, name: str = "") -> ModelStatus | None:
        """The model of this name; else the one here that "auto" uses, or any, or the one to be fetched."""
        several = [model for model in self.of_speech if not model.english_only]
        by_worth = (
            [model for model in several if model.name == name],
            [model for model in several if ModelUse.OTHERS in model.automatic_for],
            [model for model in several if model.state.is_here],
            [model for model in several if model.name == OFFERED],
        )
        return next((found[0] for found in by_worth if found), None)


class ModelList(QObject):
    """Asks again when a page is shown and when models or providers have changed. One for a page."""

    changed = Signal()

    def __init__(self, context: PageContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._core = context.core
        self._operations = context.operations
        self.known = KnownModels()
        context.changes.happened.connect(self._follow)

    def refresh(self) -> None:
        """Ask the core."""
        self._operations.start(self._core.call(_ask), done=self._show, kind="models to choose from")

    def _show(self, known: KnownModels) -> None:
        if known != self.known:
            self.known = known
            self.changed.emit()

    def _follow(self, changes: Changes, initiator: object) -> None:
        if changes.models or changes.providers:
            self.refresh()


async def _ask(notula: "Notula") -> KnownModels:
    await notula.providers.ready()
    offers = {offer.name: offer for offer in notula.providers.offers()}
    # This computer is always there, and the last to be asked where it isn't named.
    order = [*notula.providers.order(), *(name for name, offer in offers.items() if not offer.takes_keys)]
    in_use = tuple(offers[name] for name in dict.fromkeys(order) if name in offers)
    return KnownModels(await notula.models.list(), in_use)
