"""Transmissions (MPEG transport and program streams) whose sound goes on in another stream, or in another codec.

Only the decoder's child imports this.
"""

from typing import Any

from av.packet import Packet

from core.media.child.containers.packet_tally import PacketTally
from core.media.child.range_reader import RangeReader

_LEAST_SHARE = 0.05
_LEAST_BYTES = 16 * 1024
"""A rest of a file that is smaller than either is what follows the last packet of sound in any file."""

TRANSPORT_BYTES = (188, 192, 204)
"""How long the packets of a transport stream are, with a time before or a checksum behind."""

TRANSPORT_HEADER_BYTES = 10
"""A time before a packet, its header, and the flags of its adaptation field."""

_LAYOUTS = ((188, 0), (192, 4), (192, 0), (204, 0))
"""How long packets are, and where in them their first byte is."""

_SYNC = 0x47
_HAS_PAYLOAD, _HAS_ADAPTATION = 0x10, 0x20
_IS_DISCONTINUITY, _HAS_CLOCK = 0x80, 0x10


class RestOfTransmission:
    """Follows the packets of the chosen stream, and makes what is behind the last good one another recording."""

    def __init__(self, tally: PacketTally) -> None:
        self._tally = tally
        self._last_at = 0

    def add_good(self, packet: "Packet[Any]") -> None:
        """A packet of the stream that could be decoded."""
        if packet.size and packet.pos is not None:
            self._last_at = packet.pos
            self._tally.keep()

    def end(self, reader: RangeReader) -> None:
        """All packets were read: what is left in the file is read as a recording of its own."""
        begin = self._last_at + TRANSPORT_BYTES[0]
        if self._last_at and reader.size - begin > max(_LEAST_BYTES, _LEAST_SHARE * reader.size):
            self._tally.forget_bad()
            reader.end_at(begin)


def are_counted(data: bytes) -> bool:
    """Whether these are packets of a transport stream of which none is lost of the stream that the first is of.

    Each counts one further than the one before, unless that is repeated or the counter is said to begin anew. The last
    one may be only begun. Layout: ISO/IEC 13818-1, section 2.4.3.
    """
    headers = _headers(data)
    if headers is None:
        return not data
    stream, last = None, 0
    for header in headers:
        name, flags = (header[1] & 0x1F) << 8 | header[2], header[3]
        if stream not in (None, name) or not flags & _HAS_PAYLOAD:
            continue
        if (
            stream is not None
            and not _adaptation(header) & _IS_DISCONTINUITY
            and flags & 15 not in (last, (last + 1) & 15)
        ):
            return False
        stream, last = name, flags & 15
    return True


def sets_clock_anew(data: bytes) -> bool:
    """Whether one of these packets of a transport stream has the first time of a clock that was set anew."""
    return any(
        _adaptation(header) & (_IS_DISCONTINUITY | _HAS_CLOCK) == _IS_DISCONTINUITY | _HAS_CLOCK
        for header in _headers(data) or ()
    )


def _headers(data: bytes) -> list[bytes] | None:
    """The first six bytes of each packet of a transport stream; None where these are none."""
    for length, first in _LAYOUTS:
        if set(data[first::length]) == {_SYNC}:
            return [data[at : at + 6] for at in range(first, len(data) - 5, length)]
    return None


def _adaptation(header: bytes) -> int:
    """The flags of a packet's adaptation field, 0 where it has none."""
    return header[5] if header[3] & _HAS_ADAPTATION and header[4] else 0
