"""A command that is stopped: with grace, and at once when it is stopped again."""

import asyncio

import pytest

from core.cli.running import stopped_with_grace


async def test_stopping_once_more_hurries_what_is_waited_for_and_still_waits_for_its_end() -> None:
    is_stopping, is_hurried, ended = asyncio.Event(), asyncio.Event(), []

    async def stop() -> None:
        is_stopping.set()
        await is_hurried.wait()
        ended.append(True)

    waiting = asyncio.create_task(stopped_with_grace(stop(), is_hurried.set))
    await is_stopping.wait()
    assert not waiting.done()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert ended == [True]


async def test_what_stopping_raises_is_raised() -> None:
    async def stop() -> None:
        raise KeyError("lost")

    with pytest.raises(KeyError):
        await stopped_with_grace(stop(), lambda: None)
