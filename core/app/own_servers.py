"""The owner's own servers, as providers: added to the settings and taken out of them."""

from typing import Any

from core.app.keys import Keys
from core.app.provider_order import order_of, with_provider
from core.app.settings import SettingsService
from core.config import Settings
from core.domain.provider_settings import ProviderSettings


class OwnServers:
    """Lives on one event loop, and as long as Notula runs: it remembers what it has changed."""

    def __init__(self, settings: SettingsService, keys: Keys) -> None:
        self._settings = settings
        self._keys = keys
        self._added_to_automatic: set[str] = set()
        """Servers whose adding turned the automatic order into one that the settings name."""

    async def add(self, name: str, server: ProviderSettings) -> None:
        """Add a server to the settings and to the order. Raises what `SettingsService.change_by` does."""

        def added(settings: Settings) -> dict[str, Any]:
            services = {"services": {**settings.services, name: server}}
            with_server = settings.changed(**services)
            return services | with_provider(with_server, self._keys.store, name)

        was_automatic = not self._settings.current.providers
        await self._settings.change_by(added)
        if was_automatic:
            self._added_to_automatic.add(name)

    async def remove(self, name: str) -> None:
        """Take a server out of the settings; its keys stay. Raises what `SettingsService.change_by` does."""

        def removed(settings: Settings) -> dict[str, Any]:
            services = {other: one for other, one in settings.services.items() if other != name}
            order = tuple(other for other in settings.providers if other != name)
            # Back to the automatic order only where the server was all that has changed it since: an order that a
            # person has chosen must not become one to which other providers are added automatically.
            automatic = order_of(settings.changed(providers=()), self._keys.store)
            if name in self._added_to_automatic and order == automatic:
                order = ()
            return {"services": services} | ({"providers": order} if order != settings.providers else {})

        await self._settings.change_by(removed)
        self._added_to_automatic.discard(name)
