"""Tells a gap that a container states from one where bytes of the file are damaged or lost.

A demuxer skips what it can't read and goes on behind it; by the times alone that looks like a line that was dead.

Only the decoder's child imports this.
"""

from collections import deque
from collections.abc import Sequence
from typing import Any

from av.packet import Packet

from core.media.child.containers.film_structure import ebml_length
from core.media.child.containers.seekable_file import SeekableFile, bytes_at
from core.media.child.containers.transmission import TRANSPORT_HEADER_BYTES, are_counted, sets_clock_anew

_MOST_BYTES = 4 * 1024 * 1024
"""So much of a gap is looked at: damage that makes it begins near its start."""

_LATE_PACKETS = 3
"""A gap is found by one of so many packets behind it: codecs hold one back, and the next confirms a long gap."""

_MATROSKA_BLOCK_BYTES = 4
"""The header of a block, at which libav has its packet begin."""

_MATROSKA = "matroska,webm"
_FLV_TYPES = (8, 9, 18)
_FLV_HEADER_BYTES = 11
_EBML_PARENTS = frozenset(bytes.fromhex(name) for name in ("1f43b675", "a0", "18538067"))
_EBML_NAMES = _EBML_PARENTS | frozenset(
    bytes.fromhex(name)
    for names in (
        ("a3", "a1", "9b", "fb", "fa", "75a1", "75a2", "af"),  # Of blocks
        ("e7", "a7", "ab", "5854", "ec", "bf"),  # Of clusters
        ("1c53bb6b", "1254c367", "1941a469", "1043a770", "114d9b74", "1549a966", "1654ae6b"),
    )
    for name in names
)


class DamageAtGaps:
    """Follows the packets of one stream of `file`, whose container has this name of libav's.

    `damaged` are ranges of it, as begin and end, that are known to be.
    """

    def __init__(self, file: SeekableFile, container: str, damaged: Sequence[tuple[int, int]] = ()) -> None:
        self._file = file
        self._damaged = damaged
        self._container = container
        self._begin = self._end = -1
        """Where the last packet begins and ends; negative where that isn't known."""
        self._step = 0
        """How long the packets of ASF are, by the nearest places of its sound."""
        self._were_bad: deque[bool] = deque(maxlen=_LATE_PACKETS)
        self._skipped: deque[tuple[int, int]] = deque(maxlen=_LATE_PACKETS)

    def add_result(self, *, is_good: bool) -> None:
        """Whether the last packet could be decoded."""
        self._were_bad.append(not is_good)

    def has_new_clock(self) -> bool:
        """Whether a transport stream says before the last packets that its clock was set anew."""
        if self._container != "mpegts":
            return False
        place = self._file.tell()
        try:
            ranges = [(begin, min(end, begin + _MOST_BYTES) + TRANSPORT_HEADER_BYTES) for begin, end in self._skipped]
            return any(sets_clock_anew(bytes_at(self._file, begin, end - begin)) for begin, end in ranges)
        finally:
            self._file.seek(place)

    def add(self, packet: "Packet[Any]") -> None:
        """The next packet."""
        if packet.pos is None:
            return
        # Elsewhere a packet is in several pieces, or has a header that is read again.
        begin = self._end if self._container == _MATROSKA else self._begin
        if 0 <= begin < packet.pos:
            self._skipped.append((begin, packet.pos))
            self._step = min(self._step or packet.pos, packet.pos - begin)
        self._begin, self._end = packet.pos, packet.pos + packet.size + _MATROSKA_BLOCK_BYTES

    def is_before(self) -> bool:
        """Whether what is missing before the last packets is damaged or lost."""
        if any(self._were_bad):
            return True
        place = self._file.tell()
        try:
            return not all(self._is_intact(begin, min(end, begin + _MOST_BYTES)) for begin, end in self._skipped)
        finally:
            self._file.seek(place)  # Where libav will read on.

    def _is_intact(self, begin: int, end: int) -> bool:
        if any(begin <= first < end for first, _ in self._damaged):
            return False
        if self._container == _MATROSKA:
            return self._are_elements(begin, end, is_cut=end - begin == _MOST_BYTES)
        if self._container == "flv":
            return self._are_tags(begin, end, is_cut=end - begin == _MOST_BYTES)
        if self._container == "mpegts":
            return are_counted(bytes_at(self._file, begin, end + TRANSPORT_HEADER_BYTES - begin))
        if self._container == "asf":
            return len(set(bytes_at(self._file, begin, end + 1 - begin)[:: self._step])) < 2
        return True

    def _are_elements(self, at: int, end: int, *, is_cut: bool) -> bool:
        """Matroska: https://www.rfc-editor.org/rfc/rfc9559. The last one is the block whose content begins at `end`.

        Damage may look like an element that is longer than the gap. With `is_cut` the gap goes on behind `end`.
        """
        while at < end:
            head = bytes_at(self._file, at, 12)
            name_bytes = 9 - head[0].bit_length() if head and head[0] else 9
            name = head[:name_bytes]
            if name not in _EBML_NAMES or len(head) <= name_bytes:
                return False
            length, header = ebml_length(head[name_bytes:])
            at += name_bytes + header
            if at == end:
                return True
            if name not in _EBML_PARENTS:
                if length is None:
                    return False
                at += length
        return is_cut

    def _are_tags(self, at: int, end: int, *, is_cut: bool) -> bool:
        """FLV: each tag is followed by its length, and the last one by the tag at `end`; `is_cut` as above."""
        while at < end:
            head = bytes_at(self._file, at, _FLV_HEADER_BYTES)
            if len(head) < _FLV_HEADER_BYTES or head[0] & 0x1F not in _FLV_TYPES:
                return False
            at += _FLV_HEADER_BYTES + int.from_bytes(head[1:4], "big") + 4
        return at == end or is_cut
