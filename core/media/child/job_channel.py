"""The child's side of the protocol of one decoding job: requests ranges of the file, sends blocks."""

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.system.child_entry import ChildChannel


class Stopped(Exception):
    """The parent has stopped this job."""


class JobChannel:
    """Frames between child and parent for one job.

    Flow control is by credits: the parent sends the first ones once it needs sound, each block uses one, and without
    one the child waits. That bounds the buffers, however fast the child decodes.
    """

    def __init__(self, channel: "ChildChannel") -> None:
        self._channel = channel
        self._credits = 0
        self._requested: set[tuple[int, int]] = set()
        self._arrived: dict[tuple[int, int], bytes] = {}
        self._stopped = False

    def request(self, offset: int, length: int) -> None:
        """Request a range; `take` returns it later."""
        self.check()
        self._requested.add((offset, length))
        self._channel.send({"kind": "read", "offset": offset, "length": length})

    def take(self, offset: int, length: int) -> bytes:
        """Wait for a range that was requested and return it. Raises `Stopped`."""
        key = (offset, length)
        while key not in self._arrived:
            self._listen()
        self._requested.discard(key)
        return self._arrived.pop(key)

    def forget(self, offset: int, length: int) -> None:
        """Discard a range that was requested, now or when it arrives."""
        self._requested.discard((offset, length))
        self._arrived.pop((offset, length), None)

    def wait_for_credit(self) -> None:
        """Return once a block may be sent. Raises `Stopped`."""
        while self._credits == 0:
            self._listen()

    def send_block(self, header: dict[str, Any], body: bytes) -> None:
        """Send a block of sound as soon as there is a credit for it. Raises `Stopped`."""
        self.wait_for_credit()
        self.check()
        self._credits -= 1
        self._channel.send(header, body)

    def send(self, header: dict[str, Any]) -> None:
        """Send a frame that uses no credit."""
        self._channel.send(header)

    def check(self) -> None:
        """Raise `Stopped` again once it has been raised."""
        if self._stopped:
            raise Stopped

    def _listen(self) -> None:
        self.check()
        frame = self._channel.receive()
        if frame is None:
            # The parent has exited. libav may be on the stack, which can't be unwound, and there is nothing to save.
            os._exit(0)
        if frame.kind == "data":
            arrived = (int(frame.header["offset"]), len(frame.body))
            if arrived in self._requested:
                self._arrived[arrived] = frame.body
        elif frame.kind == "credit":
            self._credits += 1
        elif frame.kind == "stop":
            self._stopped = True
            raise Stopped
