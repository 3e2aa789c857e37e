"""Hearing what a player plays."""

import array
import asyncio
from collections.abc import Callable

from core.playback.player import Player
from tests.fakes.sound_device import FakeSoundDevice

PIECE_S = 0.05


async def until(condition: Callable[[], bool]) -> None:
    """Wait for what the device's thread, or a child, brings about, which sets no event."""
    while not condition():  # noqa: ASYNC110
        await asyncio.sleep(0.001)


async def hear(player: Player, device: FakeSoundDevice, seconds: float) -> list[int]:
    """Play for so long, and tell the sample values that were heard, each once in a row."""
    values: list[int] = []
    for _ in range(round(seconds / PIECE_S)):
        await until(lambda: not player.is_playing or player._ready.waiting_s >= PIECE_S or player._is_over())
        if not player.is_playing or device.pull is None:
            break
        for value in array.array("h", device.hear(PIECE_S)):
            if not values or values[-1] != value:
                values.append(value)
    return values


async def hear_out(player: Player, device: FakeSoundDevice) -> None:
    """Play to the end, whatever is left for the last piece."""
    while player.is_playing:
        if player._ready.waiting_s:
            device.hear(PIECE_S)
        await asyncio.sleep(0.001)
