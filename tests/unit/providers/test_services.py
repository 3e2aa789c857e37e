"""The list of online providers."""

import pkgutil

import pytest

from core.observability.redaction import Redactor
from core.providers import provider_specs, services


def test_every_module_of_services_is_in_the_list() -> None:
    modules = {module.name for module in pkgutil.iter_modules(services.__path__)}
    listed = {spec.connect.__module__.rpartition(".")[2] for spec in provider_specs()}  # type: ignore[attr-defined]
    assert listed == modules


def test_services_come_before_servers_by_name() -> None:
    assert [spec.name for spec in provider_specs()] == ["deepgram", "groq", "openai"]


@pytest.mark.parametrize("prefix", [prefix for spec in provider_specs() for prefix in spec.key_prefixes])
def test_keys_that_nobody_has_told_of_are_kept_out_of_the_log(prefix: str) -> None:
    assert Redactor().redact(f"refused: {prefix}0123456789abcdefghij!") == f"refused: {prefix}…!"
