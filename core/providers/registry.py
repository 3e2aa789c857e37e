"""Finds the declaration of an online provider by its name."""

from core.domain.provider_settings import ProviderSettings
from core.providers.services import SPECS
from core.providers.spec import ProviderSpec


def provider_specs() -> tuple[ProviderSpec, ...]:
    """All online providers, services before servers, by name."""
    return tuple(sorted(SPECS, key=lambda spec: (spec.is_server, spec.name)))


def spec_of(name: str, settings: ProviderSettings) -> ProviderSpec | None:
    """The service of this name, else servers where the settings give an address; None for neither."""
    specs = provider_specs()
    services = (spec for spec in specs if spec.name == name and not spec.is_server)
    servers = (spec for spec in specs if spec.is_server and settings.base_url)
    return next(services, None) or next(servers, None)
