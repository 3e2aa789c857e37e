"""The child's side of one decoding job: ranges of the file come in, frames go out."""

import io
import os
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.process import ChildChannel

BLOCK_BYTES = 512 * 1024
_KEPT_BLOCKS = 8
_BLOCKS_AHEAD = 2


class Stopped(Exception):
    """The parent wants no more of this job."""


class Conversation:
    """Frames between child and parent for one job.

    The parent lends credits: each block of sound takes one, and without one the child waits. That bounds what is
    buffered on the way, however fast the child decodes.
    """

    def __init__(self, channel: "ChildChannel", credits_: int) -> None:
        self._channel = channel
        self._credits = credits_
        self._wanted: set[int] = set()
        self._arrived: dict[int, bytes] = {}
        self._stopped = False

    def request(self, offset: int, length: int) -> None:
        """Ask for a range; `take` gets it later."""
        self.check()
        self._wanted.add(offset)
        self._channel.send({"kind": "read", "offset": offset, "length": length})

    def take(self, offset: int) -> bytes:
        """The range that was asked for at `offset`, waiting for it. Raises `Stopped`."""
        while offset not in self._arrived:
            self._listen()
        self._wanted.discard(offset)
        return self._arrived.pop(offset)

    def forget(self, offset: int) -> None:
        """Drop the range that was asked for at `offset`, now or when it comes."""
        self._wanted.discard(offset)
        self._arrived.pop(offset, None)

    def send_block(self, header: dict[str, Any], body: bytes) -> None:
        """Send a block of sound when the parent has room for it. Raises `Stopped`."""
        while self._credits == 0:
            self._listen()
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
            offset = int(frame.header["offset"])
            if offset in self._wanted:
                self._arrived[offset] = frame.body
        elif frame.kind == "credit":
            self._credits += 1
        elif frame.kind == "stop":
            self._stopped = True
            raise Stopped


class RangeReader(io.RawIOBase):
    """The parent's file as a seekable object, read in blocks, some of them ahead of need.

    It has no `name`: libav would take one for a hint of the format, and playlists for a base address.
    `start` hides the bytes before it, such as a tag.
    """

    def __init__(self, conversation: Conversation, size: int, start: int = 0) -> None:
        self._conversation = conversation
        self._size = size
        self._start = start
        self._position = 0
        self._blocks: OrderedDict[int, bytes] = OrderedDict()
        self._asked: set[int] = set()
        self._last_block = -1

    @property
    def size(self) -> int:
        """How many bytes there are behind `start`."""
        return self._size - self._start

    def check(self) -> None:
        """Raise `Stopped` where a read has raised it: libav may have swallowed it and gone on."""
        self._conversation.check()

    def skip(self, length: int) -> None:
        """Make the file begin `length` bytes later."""
        self._start = min(self._start + length, self._size)
        self._position = 0

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def tell(self) -> int:
        """The position of the next read."""
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move the position of the next read; beyond the end is allowed, before the beginning is not."""
        bases = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self.size}
        position = bases[whence] + offset
        if position < 0:
            raise OSError("seek before the beginning")
        self._position = position
        return position

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes, fewer only at the end. Raises `Stopped`."""
        end = self._size if size < 0 else min(self._size, self._start + self._position + size)
        pieces: list[bytes] = []
        place = self._start + self._position
        while place < end:
            index, inside = divmod(place, BLOCK_BYTES)
            piece = self._block(index)[inside : inside + end - place]
            if not piece:
                break
            pieces.append(piece)
            place += len(piece)
        self._position = max(self._position, place - self._start)
        return b"".join(pieces)

    def _block(self, index: int) -> bytes:
        if index not in self._blocks:
            self._ask(index)
        if index != self._last_block:
            self._look_ahead(index)
        if index in self._asked:
            self._blocks[index] = self._conversation.take(index * BLOCK_BYTES)
            self._asked.discard(index)
            while len(self._blocks) > _KEPT_BLOCKS:
                self._blocks.popitem(last=False)
        else:
            self._conversation.check()
            self._blocks.move_to_end(index)
        return self._blocks[index]

    def _look_ahead(self, index: int) -> None:
        # The first block alone tells nothing yet: of many a film the end is read next.
        is_sequential = index == self._last_block + 1 and index > 0
        self._last_block = index
        ahead = range(index + 1, index + 1 + _BLOCKS_AHEAD) if is_sequential else range(0)
        for useless in self._asked - {index, *ahead}:
            self._conversation.forget(useless * BLOCK_BYTES)
            self._asked.discard(useless)
        for block in ahead:
            self._ask(block)

    def _ask(self, index: int) -> None:
        offset = index * BLOCK_BYTES
        if index in self._blocks or index in self._asked or offset >= self._size:
            return
        self._conversation.request(offset, min(BLOCK_BYTES, self._size - offset))
        self._asked.add(index)
