"""The order in which providers are tried, by the settings."""

from core.config import Settings
from core.domain.provider_settings import ProviderSettings
from core.domain.provider_state import ON_DEVICE
from core.providers import provider_specs, spec_of
from core.secrets import KeyStore


def order_of(settings: Settings, keys: KeyStore) -> tuple[str, ...]:
    """The providers by these settings, first to last.

    Where the settings name none: services with keys in the environment, then this device. The keyring isn't read.
    """
    if settings.providers:
        return settings.providers
    services = (spec.name for spec in provider_specs() if not spec.is_server)
    return (*(name for name in services if keys.is_in_environment(name, settings.profile)), ON_DEVICE)


def with_provider(settings: Settings, keys: KeyStore, name: str) -> dict[str, tuple[str, ...]]:
    """The change of the settings that adds this provider to the order: before this device, after all others.

    Empty where it is in the order already, and where there is no such provider.
    """
    order = order_of(settings, keys)
    if name in order or spec_of(name, settings.services.get(name, ProviderSettings())) is None:
        return {}
    place = order.index(ON_DEVICE) if ON_DEVICE in order else len(order)
    return {"providers": (*order[:place], name, *order[place:])}
