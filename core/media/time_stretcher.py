"""Playing speech faster or slower at its pitch, in a child process that lives as long as that is wanted."""

from core.concurrency.turn_timeout import TurnTimeout
from core.domain.errors import PlaybackFailed
from core.system.child_process import ChildExited, ChildProcess, ProtocolError

SLOWEST, FASTEST = 0.5, 2.0

_TIMEOUT_S = 30.0
"""For a start on a busy computer; a piece takes a thousandth of it."""


class TimeStretcher:
    """One stream of pieces at a time. Lives on one event loop; no two calls at once."""

    def __init__(self) -> None:
        self._child: ChildProcess | None = None
        self._is_first = True

    def begin(self) -> None:
        """The next piece doesn't continue the one before."""
        self._is_first = True

    async def stretch(self, pcm: bytes, speed: float) -> bytes:
        """What there is now of 16-bit mono speech at 16 kHz; some milliseconds of it come with the next piece.

        `speed` is that of the first piece. Raises `PlaybackFailed`. Cancelled, it begins anew with the next piece.
        """
        header = {"kind": "stretch", "speed": min(max(speed, SLOWEST), FASTEST), "is_first": self._is_first}
        self._is_first = False  # Now: while this piece is stretched, `begin` may be called.
        try:
            async with TurnTimeout(_TIMEOUT_S):
                child = self._child = self._child or await _start()
                await child.send(header, pcm)
                answer = await child.receive()
            if answer.kind != "stretched":
                raise ProtocolError("something else than sound")
        except (ChildExited, ProtocolError, TimeoutError, OSError) as error:
            await self.close()
            raise PlaybackFailed from error
        except BaseException:
            await self.close()
            raise
        return answer.body

    async def close(self) -> None:
        """End the process. The next piece starts another."""
        child, self._child, self._is_first = self._child, None, True
        if child is not None:
            await child.kill()


async def _start() -> ChildProcess:
    child = await ChildProcess.start("core.media.child.stretcher")
    try:
        if (await child.receive()).kind != "ready":
            raise ProtocolError("something else than ready")
    except BaseException:
        await child.kill()
        raise
    return child
