"""The provider on this computer, with the real model, does what every provider has to do."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from core.domain import SpeechChunk, TranscriptionOptions
from core.providers import ModelLibrary, OnDeviceProvider
from tests.integration.providers.contract import ProviderContract
from tests.integration.providers.recordings import beckett, chunk


class TestOnDevice(ProviderContract):
    def chunk(self) -> SpeechChunk:
        return chunk(beckett(), start_s=1000.0)

    def options(self) -> TranscriptionOptions:
        return TranscriptionOptions(language="en")

    @pytest_asyncio.fixture
    async def provider(self, tmp_path: Path) -> AsyncIterator[OnDeviceProvider]:
        provider = OnDeviceProvider(ModelLibrary(tmp_path), children=1)
        yield provider
        await provider.close()
