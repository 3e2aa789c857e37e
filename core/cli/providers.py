"""`notula providers`: the list of providers; and what `--provider` and `--model` stand for."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from core.cli.key_passphrase import opened_key_file
from core.cli.models import is_ready
from core.cli.terminal import Terminal
from core.domain import TranscriptionOptions

if TYPE_CHECKING:
    from core.app.notula import Notula
    from core.app.providers import ProviderSetup


async def list_providers(terminal: Terminal) -> int:
    """One line a provider: its place in the order, its name, its model, how many keys it has."""
    tr = terminal.tr
    async with _only_providers(terminal) as providers:
        await providers.ready()
        states = {state.name: state for state in providers.states}
        order = providers.order()
        offers = {offer.name: offer for offer in providers.offers()}
        for place, name in enumerate(order, 1):
            state = states.get(name)
            if state is None:
                unusable = tr("can't be used")
                terminal.say(f"{place:>2}. {name:<20} {unusable}")
            else:
                keys = tr.plural("{count} key", "{count} keys", state.keys) if state.keys else state.device
                terminal.say(f"{place:>2}. {name:<20} {state.model:<26} {keys}".rstrip())
        unused = tr("not used")
        for name in sorted(offers.keys() - set(order)):
            terminal.say(f" -  {name:<20} {unused}")
        for notice in providers.notices:
            terminal.complain(notice)
    return 0


@asynccontextmanager
async def _only_providers(terminal: Terminal) -> AsyncIterator["ProviderSetup"]:
    """The providers without a database, which may be on a read-only drive. No request is sent to any of them."""
    from core.app.keys import Keys
    from core.app.providers import ProviderSetup
    from core.providers import ModelLibrary, OnDeviceProvider

    device = OnDeviceProvider(ModelLibrary(terminal.folders.models), children=1)
    keys = Keys(terminal.settings_service, terminal.redactor, key_file=await opened_key_file(terminal))
    providers = ProviderSetup(terminal.settings_service, keys, device)
    providers.follow_settings()
    try:
        yield providers
    finally:
        await providers.close()
        await device.close()


async def chosen_options(
    terminal: Terminal, notula: "Notula", provider: str, model: str
) -> TranscriptionOptions | None:
    """The options for these names, each empty where none was given; None after printing what is wrong with them.

    A model alone means the first provider of the order that has it.
    """
    options = notula.settings.transcription_options
    if not provider and not model:
        return options
    order = notula.providers.order()
    offers = {offer.name: offer for offer in notula.providers.offers()}
    device = next(name for name, offer in offers.items() if not offer.takes_keys)
    if provider and provider not in offers:
        terminal.note(terminal.tr("There is no provider called {name}; 'notula providers' lists them.", name=provider))
        return None
    if not provider:
        having = {name for name, offer in offers.items() if model in [offered.name for offered in offer.models]}
        provider = next((name for name in order if name in having), device)
    if provider == device and model and not is_ready(terminal, model, await notula.models.list()):
        return None
    if provider not in order:
        notula.settings_service.use(**notula.providers.with_provider(provider))
    return replace(options, provider=provider, model=model)
