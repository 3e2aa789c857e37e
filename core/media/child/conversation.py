"""The child's side of one decoding job: ranges of the file come in, frames go out."""

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.system.child_process import ChildChannel


class Stopped(Exception):
    """The parent wants no more of this job."""


class Conversation:
    """Frames between child and parent for one job.

    The parent lends credits, the first ones when it wants sound at all: each block of it takes one, and without one the
    child waits. That bounds what is buffered on the way, however fast the child decodes.
    """

    def __init__(self, channel: "ChildChannel") -> None:
        self._channel = channel
        self._credits = 0
        self._wanted: set[tuple[int, int]] = set()
        self._arrived: dict[tuple[int, int], bytes] = {}
        self._stopped = False

    def request(self, offset: int, length: int) -> None:
        """Ask for a range; `take` gets it later."""
        self.check()
        self._wanted.add((offset, length))
        self._channel.send({"kind": "read", "offset": offset, "length": length})

    def take(self, offset: int, length: int) -> bytes:
        """A range that was asked for, waiting for it. Raises `Stopped`."""
        wanted = (offset, length)
        while wanted not in self._arrived:
            self._listen()
        self._wanted.discard(wanted)
        return self._arrived.pop(wanted)

    def forget(self, offset: int, length: int) -> None:
        """Drop a range that was asked for, now or when it comes."""
        self._wanted.discard((offset, length))
        self._arrived.pop((offset, length), None)

    def wait_for_credit(self) -> None:
        """Return once a block may be sent. Raises `Stopped`."""
        while self._credits == 0:
            self._listen()

    def send_block(self, header: dict[str, Any], body: bytes) -> None:
        """Send a block of sound when the parent has room for it. Raises `Stopped`."""
        self.wait_for_credit()
        self.check()
        self._credits -= 1
        self._channel.send(header, body)

    def send(self, header: dict[str, Any]) -> None:
        """Send anything that takes no credit."""
        self._channel.send(header)

    def check(self) -> None:
        """Raise `Stopped` again once it has been raised."""
        if self._stopped:
            raise Stopped

    def _listen(self) -> None:
        self.check()
        frame = self._channel.receive()
        if frame is None:
            # The parent is gone. This is called from inside libav: no stack to unwind, and nothing to save.
            os._exit(0)
        if frame.kind == "data":
            arrived = (int(frame.header["offset"]), len(frame.body))
            if arrived in self._wanted:
                self._arrived[arrived] = frame.body
        elif frame.kind == "credit":
            self._credits += 1
        elif frame.kind == "stop":
            self._stopped = True
            raise Stopped
