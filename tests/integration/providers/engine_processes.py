"""Starts engine processes that tests bring instead of Whisper's."""

import asyncio
import sys
from dataclasses import replace

from core.providers.on_device.engines.pool import EngineRuntime
from core.system.child_process import ChildProcess, clean_environment
from tests.conftest import REPOSITORY


async def start_engine(*command: str) -> ChildProcess:
    """A process of Python with these arguments, at the other end of a pipe."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, *command),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=REPOSITORY,
        env=clean_environment(),
    )
    return ChildProcess(process, "engine of a test")


async def start_windows_engine(card: str = "is not there") -> ChildProcess:
    """All but Whisper is real: see `tests/fakes/windows_engine.py`."""
    return await start_engine("-m", "tests.fakes.windows_engine", card)


async def start_whisper_card_engine(card: str) -> ChildProcess:
    """Whisper with a card that is made up: see `tests/fakes/whisper_card_engine.py`."""
    return await start_engine("-m", "tests.fakes.whisper_card_engine", card)


def without_whisper(**changed: object) -> EngineRuntime:
    """For tests of what is around the engines."""
    return replace(EngineRuntime(start_windows_engine), **changed)  # type: ignore[arg-type]
