"""Texts about a provider: its state, its price, where its keys are."""

import time
from collections.abc import Sequence

from PySide6.QtCore import QLocale

from core.domain import TranslatableText
from core.domain.errors import KeyringMissing
from core.domain.key_variable import ANY_VARIABLE, key_variable
from core.domain.provider_offer import KeyHint, KeyTrial, ModelOffer, ProviderOffer
from core.domain.provider_settings import ProviderSettings
from core.domain.provider_state import CircuitState, ProviderState
from core.i18n import Translator
from gui.widgets.text import harmless

TOKEN = "telegram"  # noqa: S105  A name, no secret.
"""The name under which the bot's token is kept as a key."""

LARGE_FILES = "telegram-api"
"""The name under which the keys are kept with which the bot fetches large files."""


def title_of(tr: Translator, offer: ProviderOffer) -> str:
    """The provider's name for people."""
    return offer.title if offer.takes_keys else tr("This computer")


def state_text(tr: Translator, state: ProviderState | None, *, is_used: bool) -> str:
    """A provider in one line: its model, its keys, its problems."""
    if not is_used:
        return tr("not used")
    if state is None:
        return tr("can't be used")
    parts = [state.model] if state.model else []
    if state.keys:
        parts.append(tr.plural("{count} key", "{count} keys", state.keys))
    return "  ·  ".join((*parts, *problems_of(tr, state), *last_problem(tr, state)))


def last_problem(tr: Translator, state: ProviderState) -> tuple[str, ...]:
    """What went wrong the last time that something did, and when, as the clock on the wall shows it."""
    if state.last_problem is None or state.failed_at is None:
        return ()
    at = time.strftime("%Y-%m-%d %H:%M", time.localtime(state.failed_at))
    return (tr("last problem, {time}: {problem}", time=at, problem=tr.message(state.last_problem)),)


def problems_of(tr: Translator, state: ProviderState) -> tuple[str, ...]:
    """Why a provider isn't asked now; empty where it is."""
    found: list[str] = []
    if state.is_skipped:
        found.append(tr("the month's budget is spent"))
    if state.circuit is CircuitState.OPEN:
        found.append(tr("paused after failures, tried again in {seconds} s", seconds=max(1, round(state.retry_in_s))))
    elif state.circuit is CircuitState.HALF_OPEN:
        found.append(tr("being tried again"))
    if state.keys and not state.usable_keys:
        found.append(tr("no key is accepted"))
    elif state.keys and state.rate_limited_keys >= state.usable_keys:
        found.append(tr("asked too often, resting"))
    return tuple(found)


def usual_price(offer: ProviderOffer, model: str) -> float:
    """What a minute costs with this model, the usual one where it is empty; 0 where that is free or not known."""
    usual = offer.models[0].name if offer.models else ""
    return next((one.price_per_minute for one in offer.models if one.name == (model or usual)), 0.0)


def order_text(tr: Translator, offers: Sequence[ProviderOffer], before: Sequence[str], order: Sequence[str]) -> str:
    """What a person has done who has made this the order: ticked one, unticked one, or moved it."""
    titles = {offer.name: harmless(title_of(tr, offer)) for offer in offers}
    begun = [titles[name] for name in order if name in titles and name not in before]
    ended = [titles[name] for name in before if name in titles and name not in order]
    if order and len(begun) == 1 and not ended:
        return tr("{name} is used from now on.", name=begun[0])
    if order and len(ended) == 1 and not begun:
        return tr("{name} isn't used any more.", name=ended[0])
    return tr("The order of the providers was changed.")


def price_text(tr: Translator, offer: ProviderOffer, service: ProviderSettings) -> str:
    """What an hour of speech costs as it is set, empty where that is free or not known."""
    price = service.price_per_minute or usual_price(offer, service.model)
    return tr("about ${price} an hour", price=_dollars(tr, 60 * price)) if price else ""


def _dollars(tr: Translator, price: float) -> str:
    return QLocale(tr.language).toString(price, "f", 2)


def model_text(tr: Translator, model: ModelOffer) -> str:
    """A model with what an hour of speech costs."""
    if not model.price_per_minute:
        return model.name
    return tr("{model} (about ${price} an hour)", model=model.name, price=_dollars(tr, 60 * model.price_per_minute))


def key_text(tr: Translator, hint: KeyHint) -> str:
    """A key by its last characters, and where it is kept."""
    if hint.provider == TOKEN:
        key = tr("token ending in …{ending}", ending=hint.ending) if hint.ending else tr("a short token")
    else:
        key = tr("key ending in …{ending}", ending=hint.ending) if hint.ending else tr("a short key")
    if hint.is_for_session:
        place = tr("until Notula quits")
    elif hint.is_in_file:
        place = tr("in the encrypted file")
    else:
        place = tr("from {variable}", variable=hint.variable) if hint.variable else tr("in the keyring")
    return f"{key}  ·  {place}"


def deletion_text(tr: Translator, name: str) -> str:
    """The question before the keys of this name are deleted."""
    if name == TOKEN:
        return tr("Delete the bot's token? The bot stops, and needs a token again to run.")
    if name == LARGE_FILES:
        return tr("Delete the keys for large files? They can't be brought back.")
    return tr("Delete the keys of {name}? They can't be brought back.", name=name)


def key_problem_text(tr: Translator, problem: TranslatableText, name: str) -> str:
    """Why keys of this provider can't be kept or read, with its variable where the sentence doesn't know of which."""
    variable = key_variable(name)
    if problem.template == KeyringMissing.sentence:  # It is told in the terminal, too; here there are more ways.
        return tr(
            "This system has no keyring. A key can be kept until Notula quits, or in an encrypted file; or give it in "
            "the environment variable {variable}.",
            variable=variable,
        )
    values = {
        key: value.replace(ANY_VARIABLE, variable) if isinstance(value, str) else value
        for key, value in problem.values.items()
    }
    return tr.message(TranslatableText(problem.template, values))


def trial_text(tr: Translator, trial: KeyTrial) -> str:
    """How a trial of a key ended."""
    key = tr("key ending in …{ending}", ending=trial.ending) if trial.ending else tr("without a key")
    if trial.problem:
        return f"{key}: {tr.message(trial.problem)}"
    works = tr("works, answered in {seconds} s", seconds=tr.decimal(trial.seconds, 1))
    return f"{key}: {works}"
