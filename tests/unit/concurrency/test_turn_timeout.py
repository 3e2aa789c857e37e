"""Whose time is counted while this program waits for another process."""

import asyncio

import pytest

from core.concurrency.turn_timeout import TurnClock, TurnTimeout


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def test_time_is_added_up_in_steps() -> None:
    now = Clock()
    clock = TurnClock(now, 1.0)
    for _ in range(5):
        now.now_s += 1.0
        clock.step()
    assert clock.spent_s == 5.0


def test_the_other_turn_is_left_out() -> None:
    now = Clock()
    clock = TurnClock(now, 1.0)
    now.now_s += 1.0
    clock.step(counts=False)
    now.now_s += 0.5
    clock.step()
    assert clock.spent_s == 0.5


@pytest.mark.parametrize("sleep_s", [45.0, 8 * 3600.0])
def test_a_stopped_program_or_a_sleeping_computer_blames_nobody(sleep_s: float) -> None:
    now = Clock()
    clock = TurnClock(now, 1.0)
    now.now_s += sleep_s
    clock.step()
    assert clock.spent_s == 2.0


def test_a_clock_that_goes_back_takes_nothing_away() -> None:
    now = Clock()
    clock = TurnClock(now, 1.0)
    now.now_s -= 50.0
    clock.step()
    assert clock.spent_s == 0.0


async def test_silence_ends_the_wait() -> None:
    with pytest.raises(TimeoutError):
        async with TurnTimeout(0.02):
            await asyncio.Event().wait()


async def test_a_paused_wait_goes_on() -> None:
    async with TurnTimeout(0.01) as turn:
        turn.pause()
        await asyncio.sleep(0.2)


async def test_a_wait_that_is_resumed_ends() -> None:
    async def wait() -> None:
        async with TurnTimeout(0.01) as turn:
            turn.pause()
            await asyncio.sleep(0.05)
            turn.resume()
            await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        await wait()


async def test_who_is_heard_of_has_the_time_again() -> None:
    async with TurnTimeout(0.2) as turn:
        for _ in range(8):
            await asyncio.sleep(0.05)
            assert turn.restart(0.2) >= 0
    assert turn.restart(0.2) == 0.0  # The block is over.


async def test_what_has_come_while_the_loop_stood_still_is_looked_at_first() -> None:
    loop = asyncio.get_running_loop()
    came = asyncio.Event()
    async with TurnTimeout(0.02):
        await asyncio.sleep(0.015)
        late = loop.time() + 0.1
        while loop.time() < late:  # As if this process had been stopped.
            pass
        loop.call_later(0.05, came.set)
        await came.wait()


async def test_another_error_passes_through() -> None:
    with pytest.raises(ZeroDivisionError):
        async with TurnTimeout(5):
            raise ZeroDivisionError
