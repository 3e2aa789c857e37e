"""Whoever turns speech into text. Importing this loads no engine and no network library."""

from core.providers.address import is_nearby
from core.providers.chat import ChatModel
from core.providers.chat_upstream import UpstreamChat, chats_of
from core.providers.computer import available_bytes, usable_cores
from core.providers.kind import ProviderKind, kind_of, provider_kinds
from core.providers.models import ModelFiles, ModelIsBundled, ModelLibrary
from core.providers.on_device import OnDeviceProvider, default_children, default_threads
from core.providers.online import OnlineProviders
from core.providers.provider import Capabilities, ChunkTranscript, LanguageGuess, OfferedModel, Provider
from core.providers.router import Candidate, LeftOut, Router, always
from core.providers.upstream import Upstream

__all__ = [
    "Candidate",
    "Capabilities",
    "ChatModel",
    "ChunkTranscript",
    "LanguageGuess",
    "LeftOut",
    "ModelFiles",
    "ModelIsBundled",
    "ModelLibrary",
    "OfferedModel",
    "OnDeviceProvider",
    "OnlineProviders",
    "Provider",
    "ProviderKind",
    "Router",
    "Upstream",
    "UpstreamChat",
    "always",
    "available_bytes",
    "chats_of",
    "default_children",
    "default_threads",
    "is_nearby",
    "kind_of",
    "provider_kinds",
    "usable_cores",
]
