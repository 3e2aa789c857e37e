"""What turns speech into text, and language models. Importing this loads no engine and no network library."""

from core.providers.http.address import is_nearby
from core.providers.llm.client import LlmClient
from core.providers.llm.upstream_llm import UpstreamLlm, upstream_llms
from core.providers.on_device.model_library import ModelFiles, ModelLibrary
from core.providers.on_device.provider import OnDeviceProvider, default_children, default_threads
from core.providers.online_providers import OnlineProviders
from core.providers.provider import Capabilities, ChunkTranscript, LanguageGuess, OfferedModel, Provider
from core.providers.registry import provider_specs, spec_of
from core.providers.routing.router import Candidate, LeftOut, Router, always
from core.providers.routing.upstream import Upstream
from core.providers.spec import ProviderSpec

__all__ = [
    "Candidate",
    "Capabilities",
    "ChunkTranscript",
    "LanguageGuess",
    "LeftOut",
    "LlmClient",
    "ModelFiles",
    "ModelLibrary",
    "OfferedModel",
    "OnDeviceProvider",
    "OnlineProviders",
    "Provider",
    "ProviderSpec",
    "Router",
    "Upstream",
    "UpstreamLlm",
    "always",
    "default_children",
    "default_threads",
    "is_nearby",
    "provider_specs",
    "spec_of",
    "upstream_llms",
]
