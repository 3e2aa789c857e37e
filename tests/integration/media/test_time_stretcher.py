"""Speech is played faster or slower in a child process."""

import asyncio

from core.domain.speech import SAMPLE_RATE_HZ
from core.media.time_stretcher import TimeStretcher

SECOND = b"\1\0" * SAMPLE_RATE_HZ


async def test_a_jump_while_a_piece_is_stretched_begins_anew_at_the_speed_that_is_wanted_then() -> None:
    stretcher = TimeStretcher()
    try:
        await stretcher.stretch(SECOND, 2.0)
        piece = asyncio.create_task(stretcher.stretch(SECOND, 2.0))
        await asyncio.sleep(0)
        stretcher.begin()
        await piece
        slow = b"".join([await stretcher.stretch(SECOND, 0.5) for _ in range(3)])
        assert len(slow) > 3 * len(SECOND)  # At double speed it would be one and a half at most.
    finally:
        await stretcher.close()
