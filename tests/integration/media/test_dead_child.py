"""A child that has died is told as such, whatever the parent does next, on every loop that it may run on."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from core.system.child_process import ChildExited, ChildProcess

LOOPS = [asyncio.new_event_loop]
if sys.platform != "win32":
    import uvloop

    LOOPS.append(uvloop.new_event_loop)


@pytest.fixture(scope="module", autouse=True)
def forked_codecs() -> None:
    """Real ones, as a user's computer starts them."""


def run_on(loop_factory: Callable[[], asyncio.AbstractEventLoop], work: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=loop_factory) as runner:
        runner.run(work)


async def dead_child() -> ChildProcess:
    """A decoder that was killed, whose end the loop has noticed."""
    child = await ChildProcess.start("core.media.child.decoder")
    os.kill(child.pid, signal.SIGKILL)
    with pytest.raises(ChildExited):
        await child.receive()
    return child


@pytest.mark.parametrize("loop_factory", LOOPS)
def test_what_is_sent_to_a_dead_child_finds_it_dead(loop_factory: Callable[[], asyncio.AbstractEventLoop]) -> None:
    async def send() -> None:
        child = await dead_child()
        for _ in range(3):  # The first write is what breaks the pipe.
            child.post({"kind": "credit"})
            await asyncio.sleep(0)
        while True:
            try:
                await child.send({"kind": "data"}, bytes(100_000))
            except ChildExited:
                break
        child.post({"kind": "stop"})
        with pytest.raises(ChildExited):
            await child.send({"kind": "data"})
        await child.close()

    run_on(loop_factory, send())
