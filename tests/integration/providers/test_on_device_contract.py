"""The provider on this computer, with the real model, does what every provider has to do."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from core.domain import SpeechChunk, TranscriptionOptions
from core.providers import ModelLibrary, OnDeviceProvider
from tests.integration.providers.contract import ProviderContract
from tests.integration.providers.recordings import beckett, chunk

pytestmark = pytest.mark.asyncio(loop_scope="package")


class TestOnDevice(ProviderContract):
    def chunk(self) -> SpeechChunk:
        return chunk(beckett(), start_s=1000.0)

    def options(self) -> TranscriptionOptions:
        return TranscriptionOptions(language="en")

    @pytest_asyncio.fixture(loop_scope="package")
    async def cold_provider(self, library: ModelLibrary) -> AsyncIterator[OnDeviceProvider]:
        """One that hasn't started an engine, with as many threads as it takes by itself."""
        provider = OnDeviceProvider(library, children=1)
        yield provider
        await provider.close()

    async def test_cancelling_ends_it_before_there_is_an_engine(self, cold_provider: OnDeviceProvider) -> None:
        await self.test_cancelling_ends_it(cold_provider)
