"""Whoever turns speech into text. Importing this loads no engine and no network library."""

from core.providers.models import ModelFiles, ModelIsBundled, ModelLibrary
from core.providers.on_device import OnDeviceProvider, default_children
from core.providers.provider import Capabilities, ChunkTranscript, LanguageGuess, OfferedModel, Provider

__all__ = [
    "Capabilities",
    "ChunkTranscript",
    "LanguageGuess",
    "ModelFiles",
    "ModelIsBundled",
    "ModelLibrary",
    "OfferedModel",
    "OnDeviceProvider",
    "Provider",
    "default_children",
]
