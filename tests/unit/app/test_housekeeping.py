"""What is too old goes while Notula runs, and a step that fails keeps no other from being taken."""

import asyncio

import pytest

from core.app.housekeeping import EVERY_S, Housekeeping
from core.domain.errors import StoreLocked


async def test_every_step_is_taken_at_the_start_and_every_hour(caplog: pytest.LogCaptureFixture) -> None:
    taken: list[str] = []
    pauses: list[float] = []

    async def failing() -> None:
        taken.append("failing")
        raise StoreLocked

    async def working() -> None:
        taken.append("working")

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await Housekeeping({"first": failing, "second": working}, pause=pause).run()
    assert taken == ["failing", "working"] * 3
    assert pauses == [EVERY_S] * 3
    assert "StoreLocked" in caplog.text
