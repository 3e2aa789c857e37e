"""Codecs for tests that are about something else."""

import sys
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from core.system.child_process import ChildProcess, clean_environment
from tests.integration.codec_forks import CODECS, CodecForks, ForkedCodec


@pytest.fixture(scope="session")
def _codec_forks() -> Iterator[CodecForks]:
    forks = CodecForks()
    yield forks
    forks.close()


@pytest.fixture
def forked_codecs(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Decoders and encoders begin at once, for tests of neither how they start nor what becomes of their processes."""
    if sys.platform != "linux":
        return
    forks: CodecForks = request.getfixturevalue("_codec_forks")
    start_anew = ChildProcess.start

    async def start(module: str, *, environment: Mapping[str, str] | None = None) -> ChildProcess:
        if module not in CODECS:
            return await start_anew(module, environment=environment)
        given = clean_environment() if environment is None else environment
        forked: Any = await ForkedCodec.start(forks, module, given)
        return ChildProcess(forked, module.rsplit(".", 1)[-1])

    monkeypatch.setattr(ChildProcess, "start", start)
