import pytest

from core.domain.provider_settings import ProviderSettings
from core.providers import spec_of
from core.providers.llm.upstream_llm import connect_llm, upstream_llms
from tests.fakes.plain_client import plain_client

HOME = ProviderSettings(base_url="http://home:8000/v1", model="whisper", chat_model="qwen3")


async def connected(name: str, settings: ProviderSettings, keys: tuple[str, ...] = ()) -> tuple[str, str] | None:
    """The model and the address that would be asked."""
    spec = spec_of(name, settings)
    assert spec
    async with plain_client() as client:
        upstream = connect_llm(spec, name, name, settings, keys, client)
        return (upstream.model, upstream.connection._base_url) if upstream else None


@pytest.mark.parametrize(
    ("name", "settings", "expected"),
    [
        ("groq", ProviderSettings(), ("openai/gpt-oss-120b", "https://api.groq.com/openai/v1")),
        (
            "groq",
            ProviderSettings(chat_model="llama-3.1-8b-instant"),
            ("llama-3.1-8b-instant", "https://api.groq.com/openai/v1"),
        ),
        ("groq", ProviderSettings(base_url="https://proxy/"), ("openai/gpt-oss-120b", "https://proxy/openai/v1")),
        ("home", HOME, ("qwen3", "http://home:8000/v1")),
        ("home", ProviderSettings(base_url="http://home:8000/v1", model="whisper"), None),
        ("deepgram", ProviderSettings(), None),
    ],
)
async def test_a_provider_has_the_chat_model_of_choice(
    name: str, settings: ProviderSettings, expected: tuple[str, str] | None
) -> None:
    assert await connected(name, settings, ("key",)) == expected


async def test_the_chat_models_are_asked_by_the_names_of_their_providers() -> None:
    spec = spec_of("home", HOME)
    assert spec
    async with plain_client() as client:
        upstream = connect_llm(spec, "home", "home", HOME, (), client)
        assert upstream
        (llm,) = upstream_llms([upstream])
    assert (llm.name, llm.model) == ("home", "qwen3")
    assert upstream_llms([]) == ()
