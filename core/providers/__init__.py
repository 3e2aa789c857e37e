"""What turns speech into text, and language models. Importing this loads no engine and no network library."""

from typing import TYPE_CHECKING

from core.lazy_exports import lazy_exports

if TYPE_CHECKING:
    from core.providers.http.address import is_nearby
    from core.providers.llm.client import LlmClient
    from core.providers.llm.upstream_llm import UpstreamLlm, upstream_llms
    from core.providers.on_device.engines.count import default_children, default_threads
    from core.providers.on_device.models.files import ModelFiles
    from core.providers.on_device.models.library import ModelLibrary
    from core.providers.on_device.provider import OnDeviceProvider
    from core.providers.on_device.voices.teller import OnDeviceVoices
    from core.providers.online_providers import OnlineProviders
    from core.providers.provider import Capabilities, ChunkTranscript, LanguageGuess, OfferedModel, Provider
    from core.providers.registry import provider_specs, spec_of
    from core.providers.routing.router import Candidate, ExcludedProvider, Router, always
    from core.providers.routing.upstream import Upstream
    from core.providers.spec import ProviderSpec
else:
    __getattr__ = lazy_exports(
        __name__,
        {
            "http.address": ("is_nearby",),
            "llm.client": ("LlmClient",),
            "llm.upstream_llm": ("UpstreamLlm", "upstream_llms"),
            "on_device.engines.count": ("default_children", "default_threads"),
            "on_device.models.files": ("ModelFiles",),
            "on_device.models.library": ("ModelLibrary",),
            "on_device.provider": ("OnDeviceProvider",),
            "on_device.voices.teller": ("OnDeviceVoices",),
            "online_providers": ("OnlineProviders",),
            "provider": ("Capabilities", "ChunkTranscript", "LanguageGuess", "OfferedModel", "Provider"),
            "registry": ("provider_specs", "spec_of"),
            "routing.router": ("Candidate", "ExcludedProvider", "Router", "always"),
            "routing.upstream": ("Upstream",),
            "spec": ("ProviderSpec",),
        },
    )

__all__ = [
    "Candidate",
    "Capabilities",
    "ChunkTranscript",
    "ExcludedProvider",
    "LanguageGuess",
    "LlmClient",
    "ModelFiles",
    "ModelLibrary",
    "OfferedModel",
    "OnDeviceProvider",
    "OnDeviceVoices",
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
