"""Codecs and an engine for tests that are about something else."""

import sys
from collections.abc import Iterator
from functools import partial

import pytest

from core.providers import OnDeviceProvider
from core.system.child_process import ChildProcess
from tests.codec_forks import CodecForks, with_forks
from tests.integration.providers import engine_processes


@pytest.fixture(scope="session")
def _codec_forks() -> Iterator[CodecForks]:
    forks = CodecForks.start()
    yield forks
    forks.close()


@pytest.fixture(scope="module", autouse=True)
def forked_codecs(request: pytest.FixtureRequest) -> Iterator[None]:
    """Decoders and encoders begin at once; modules about how they start and end have a fixture of this name instead."""
    if sys.platform != "linux":
        yield
        return
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ChildProcess, "start", with_forks(lambda: request.getfixturevalue("_codec_forks")))
        yield


@pytest.fixture
def without_whisper(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests with a whole core of what is done with a text, whatever it says."""
    quick = partial(OnDeviceProvider, runtime=engine_processes.without_whisper())
    monkeypatch.setattr("core.app.on_device_models.OnDeviceProvider", quick)
