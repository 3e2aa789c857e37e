"""A service's client library is loaded late, once, and quietly."""

import asyncio
import logging
import threading

import pytest

from core.providers.http.lazy_client import LazyClient


async def test_the_library_is_loaded_once_on_another_thread_for_all_who_wait() -> None:
    threads: list[int] = []

    def load() -> str:
        threads.append(threading.get_ident())
        return "client"

    client = LazyClient(load, loggers=())
    assert threads == []
    assert await asyncio.gather(*(client.get() for _ in range(3))) == ["client"] * 3
    assert len(threads) == 1
    assert threads[0] != threading.get_ident()


async def test_a_library_that_can_not_be_loaded_is_tried_again() -> None:
    attempts = iter([ImportError("half installed"), None])

    def load() -> str:
        if (error := next(attempts)) is not None:
            raise error
        return "client"

    client = LazyClient(load, loggers=())
    with pytest.raises(ImportError):
        await client.get()
    assert await client.get() == "client"


async def test_its_loggers_are_quiet_before_it_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    talkative = logging.getLogger("talkative-client")
    monkeypatch.setattr(talkative, "level", logging.NOTSET)
    levels: list[int] = []
    await LazyClient(lambda: levels.append(talkative.level), loggers=("talkative-client",)).get()
    assert levels == [logging.WARNING]
