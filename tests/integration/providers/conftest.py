"""One warm engine for all tests that only need its answer, and lets the shared contracts explain failed assertions."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from core.domain import TranscriptionOptions
from core.providers import ChunkTranscript, ModelLibrary, OnDeviceProvider
from tests.integration.providers.recordings import beckett, chunk

pytest.register_assert_rewrite("tests.integration.providers.contract", "tests.integration.providers.upload_contract")


@pytest.fixture(scope="package")
def library(tmp_path_factory: pytest.TempPathFactory) -> ModelLibrary:
    """Only what is installed is in it, and its files are checked once."""
    return ModelLibrary(tmp_path_factory.mktemp("models"))


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def provider(library: ModelLibrary) -> AsyncIterator[OnDeviceProvider]:
    """Whisper on this computer, for tests that leave it well; they run on the package's loop.

    Starting an engine takes as long as reading half a minute of speech. It has one thread: others would only wait for
    each other where several tests run at once.
    """
    provider = OnDeviceProvider(library, children=1, threads=1)
    yield provider
    await provider.close()


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def heard_beckett(provider: OnDeviceProvider) -> ChunkTranscript:
    """What is heard in 10 s of English, for tests that compare it with something."""
    return await provider.transcribe(chunk(beckett()), TranscriptionOptions(language="en"), lambda segment: None)
