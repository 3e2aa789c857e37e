"""How many requests are let through at once."""

import asyncio

import pytest

from core.bot.files.mtproto.concurrency_window import ConcurrencyWindow


class Requests:
    """Each goes through the window and stays there until it is let go."""

    def __init__(self, window: ConcurrencyWindow, count: int) -> None:
        self.inside = 0
        self._window = window
        self._end = asyncio.Semaphore(0)
        self._tasks = [asyncio.create_task(self._pass()) for _ in range(count)]

    async def let_go(self, count: int) -> None:
        for _ in range(count):
            self._end.release()
        await self.settle()

    async def settle(self) -> None:
        for _ in range(20):
            await asyncio.sleep(0)

    async def finish(self) -> None:
        await self.let_go(len(self._tasks))
        await asyncio.gather(*self._tasks)

    async def _pass(self) -> None:
        async with self._window:
            self.inside += 1
            await self._end.acquire()
            self.inside -= 1


async def test_it_gets_narrower_as_requests_end_and_wide_again() -> None:
    window = ConcurrencyWindow(8)
    requests = Requests(window, 40)
    await requests.settle()
    assert requests.inside == 8
    window.halve()
    assert (window.limit, requests.inside) == (4, 8)
    await requests.let_go(5)
    assert requests.inside == 4
    window.reset()
    await requests.settle()
    assert requests.inside == 8
    await requests.finish()


async def test_it_gets_narrower_while_nothing_is_under_way_too() -> None:
    window = ConcurrencyWindow(8)
    window.halve()
    requests = Requests(window, 20)
    await requests.settle()
    assert requests.inside == 4
    await requests.let_go(3)
    assert requests.inside == 4
    await requests.finish()


@pytest.mark.parametrize("let_go", [0, 1, 3, 6])
async def test_it_is_never_wider_than_in_the_beginning(let_go: int) -> None:
    window = ConcurrencyWindow(8)
    requests = Requests(window, 40)
    await requests.settle()
    for _ in range(9):
        window.halve()
    assert window.limit == 2
    await requests.let_go(let_go)
    assert requests.inside == 8 - let_go
    window.reset()
    window.reset()
    await requests.settle()
    assert (window.limit, requests.inside) == (8, 8)
    await requests.finish()
