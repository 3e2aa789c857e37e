"""The file object that libav reads: ranges requested from the parent, with read-ahead."""

import io
import os
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterable
from operator import itemgetter

from core.media.child.containers.next_recording import LONGEST_BEGINNING_BYTES, Finder
from core.media.child.job_channel import JobChannel
from core.media.child.read_plan import ReadPlan

PIECE_BYTES = 512 * 1024
_KEPT_PIECES = 8
_MAX_PIECES_AHEAD = 16
_MAX_AHEAD_BYTES = 8 * 1024 * 1024


class RangeReader(io.RawIOBase):
    """A seekable file object that requests pieces from the parent, up to `ahead_bytes` before they are needed.

    It has no `name`: libav would take one as a hint of the format, and a playlist as a base address.
    """

    def __init__(
        self, channel: JobChannel, size: int, ahead_bytes: int = 2 * PIECE_BYTES, *, is_seekable: bool = True
    ) -> None:
        self._is_seekable = is_seekable
        self._channel = channel
        self._size = size
        self._ahead_bytes = min(ahead_bytes, _MAX_AHEAD_BYTES)
        self._start = 0
        self._end = size
        self._position = 0
        self._corrections: tuple[tuple[int, bytes], ...] = ()
        """In the order of their places: a film in fragments may have one for each."""
        self._longest_correction = 0
        self._next_recording: Finder | None = None
        self._is_found_shorter = False
        self._plan: ReadPlan | None = None
        self._kept: OrderedDict[tuple[int, int], bytes] = OrderedDict()
        self._requested: set[tuple[int, int]] = set()
        self._last_piece = (0, 0)
        self._searched = (0, 0)
        self._searched_end = b""

    @property
    def has_more(self) -> bool:
        """Whether there is something behind the end."""
        return self._end < self._size

    @property
    def is_found_shorter(self) -> bool:
        """Whether another recording was found while this one was read, so that it is shorter than it seemed."""
        return self._is_found_shorter

    @property
    def size(self) -> int:
        """How many bytes there are between the beginning and the end."""
        return self._end - self._start

    def check(self) -> None:
        """Raise `Stopped` where a read has raised it: libav may have suppressed it and gone on."""
        self._channel.check()

    def skip(self, length: int) -> None:
        """Make the file begin `length` bytes later."""
        self._start = min(self._start + length, self._size)
        self._position = 0

    def end_at(self, length: int) -> None:
        """Make the file end there."""
        self._end = min(self._start + length, self._size)

    def end_before(self, find: Finder) -> None:
        """Make the file end where the beginning of another recording is read, which `find` finds in a piece."""
        self._next_recording = find

    def go_on(self) -> None:
        """Make the file begin where it ended, and end where all ends."""
        self._start, self._end, self._position = self._end, self._size, 0
        self._corrections, self._plan, self._next_recording = (), None, None
        self._is_found_shorter = False

    def correct(self, corrections: Iterable[tuple[int, bytes]]) -> None:
        """Read these bytes in place of those at their positions."""
        placed = ((self._start + position, data) for position, data in corrections)
        self._corrections = tuple(sorted(placed, key=itemgetter(0)))
        self._longest_correction = max((len(data) for _, data in self._corrections), default=0)

    def follow(self, places: Iterable[tuple[int, int]]) -> None:
        """Read ahead only at these positions, each with a length, in this order.

        Other positions can still be read; they come in whole pieces.
        """
        self._plan = ReadPlan.of(((self._start + position, length) for position, length in places), self._size)

    def readable(self) -> bool:
        """Always true."""
        return True

    def seekable(self) -> bool:
        """Whether libav may seek; if not it reads the file from its beginning, without its end first."""
        return self._is_seekable

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
        """Up to `size` bytes, fewer at the end and at the end of a planned range. Raises `Stopped`."""
        end = self._end if size < 0 else min(self._end, self._start + self._position + size)
        parts: list[bytes] = []
        place = self._start + self._position
        was_planned = False
        while place < end:
            piece, is_planned = self._piece_at(place)
            if was_planned and not is_planned:
                break  # The bytes between planned ranges aren't needed: libav only fills its buffer.
            was_planned = is_planned
            whole = self._fetch(piece)
            if self._next_recording is not None:
                self._look_for_next(piece, whole)
                end = min(end, self._end)
            part = whole[place - piece[0] : max(0, end - piece[0])]
            parts.append(part)
            place += len(part)
        begin, self._position = self._start + self._position, max(self._position, place - self._start)
        return self._corrected(parts[0] if len(parts) == 1 else b"".join(parts), begin)

    def _corrected(self, data: bytes, begin: int) -> bytes:
        nearest, behind = (
            bisect_left(self._corrections, place, key=itemgetter(0))
            for place in (begin - self._longest_correction, begin + len(data))
        )
        for position, right in self._corrections[nearest:behind]:
            first, last = max(position, begin), min(position + len(right), begin + len(data))
            if first < last:
                data = data[: first - begin] + right[first - position : last - position] + data[last - begin :]
        return data

    def _look_for_next(self, piece: tuple[int, int], data: bytes) -> None:
        """End the file where another recording begins in this piece, or at its joint with the one before."""
        assert self._next_recording is not None
        if piece == self._searched:
            return
        before = self._searched_end if sum(self._searched) == piece[0] else b""
        self._searched, self._searched_end = piece, data[-LONGEST_BEGINNING_BYTES:]
        begin = piece[0] - len(before)
        found = self._next_recording(before + data, max(0, self._start + 1 - begin))
        if found is not None:
            self._end = min(self._end, begin + found)
            self._is_found_shorter = True

    def _piece_at(self, place: int) -> tuple[tuple[int, int], bool]:
        """The piece that holds this place, as its start and length, and whether it is planned."""
        planned = self._plan.piece_at(place, PIECE_BYTES) if self._plan is not None else None
        if planned is not None:
            return planned, True
        start = place - place % PIECE_BYTES
        return (start, min(PIECE_BYTES, self._size - start)), False

    def _fetch(self, piece: tuple[int, int]) -> bytes:
        self._request(piece)
        if piece != self._last_piece:
            self._look_ahead(piece)
        if piece in self._requested:
            self._kept[piece] = self._channel.take(*piece)
            self._requested.discard(piece)
            while len(self._kept) > _KEPT_PIECES:
                self._kept.popitem(last=False)
        else:
            self._channel.check()
            self._kept.move_to_end(piece)
        return self._kept[piece]

    def _look_ahead(self, piece: tuple[int, int]) -> None:
        ahead = self._ahead_of(piece)
        self._last_piece = piece
        for obsolete in self._requested - {piece, *ahead}:
            self._channel.forget(*obsolete)
            self._requested.discard(obsolete)
        for following in ahead:
            self._request(following)

    def _ahead_of(self, piece: tuple[int, int]) -> list[tuple[int, int]]:
        """The pieces that will be read after this one, where that can be predicted."""
        # After the first piece nothing can be predicted: of many films the end is read next.
        is_sequential = piece[0] == sum(self._last_piece) > 0
        ahead: list[tuple[int, int]] = []
        ahead_bytes = 0
        following = self._following(piece, is_sequential=is_sequential)
        while following is not None and ahead_bytes < self._ahead_bytes and len(ahead) < _MAX_PIECES_AHEAD:
            ahead.append(following)
            ahead_bytes += following[1]
            following = self._following(following, is_sequential=is_sequential)
        return ahead

    def _following(self, piece: tuple[int, int], *, is_sequential: bool) -> tuple[int, int] | None:
        if self._plan is not None and self._plan.piece_at(piece[0], PIECE_BYTES) == piece:
            return self._plan.piece_after(piece, PIECE_BYTES)
        start = sum(piece)
        if not is_sequential or start >= self._size:
            return None
        return start, min(PIECE_BYTES, self._size - start)

    def _request(self, piece: tuple[int, int]) -> None:
        if piece not in self._kept and piece not in self._requested:
            self._channel.request(*piece)
            self._requested.add(piece)
