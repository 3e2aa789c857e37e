"""How much sound is lost to damage in files whose container keeps no time: MP3, AAC, AC-3, AMR, FLAC.

Only the decoder's child imports this.
"""

from typing import Any

from av.packet import Packet

_LONGEST_LOSS_S = 3600.0
_TAGS = (b"ID3", b"APETAGEX", b"TAG", b"LYRICS", b"fLaC")
"""What programs put between and behind the packets of files; it is no sound, and nothing is lost with it."""

_LEAST_BACK_S = 1.0
_LEAST_PACKETS = 10
_FLAC_SYNC = b"\xff\xf8"
_FLAC_SYNC_OF_SAMPLES = b"\xff\xf9"


class LostSound:
    """Follows the packets of one recording. `codec` is libav's name."""

    def __init__(self, codec: str) -> None:
        self._is_flac = codec == "flac"
        self._packets = 0
        self._size_bytes = 0
        self._read_bytes = 0
        self._duration_s = 0.0
        self._origin_s = 0.0

    def before(self, packet: "Packet[Any]") -> float:
        """How many seconds of sound are missing before this packet, by the number that it has in FLAC."""
        if not self._is_flac or not packet.size:
            return 0.0
        data = bytes(memoryview(packet)[:11])
        number = _flac_number(data)
        if number is None or not packet.duration or packet.time_base is None:
            return 0.0
        counts_samples = data.startswith(_FLAC_SYNC_OF_SAMPLES)
        packet_s = float(packet.duration * packet.time_base)
        at_s = number * (float(packet.time_base) if counts_samples else packet_s)
        missing_s = at_s - self._origin_s - self._duration_s
        if self._packets == 0 or missing_s < -_LEAST_BACK_S or missing_s > _LONGEST_LOSS_S:
            self._origin_s += missing_s  # Another recording begins.
            return 0.0
        if missing_s < packet_s / 2:
            return 0.0
        self._duration_s += missing_s
        return missing_s

    def add_good(self, packet: "Packet[Any]", decoded_s: float) -> None:
        """This packet could be decoded; it may have been several, of which the others are damaged."""
        self._read_bytes += packet.size
        if decoded_s:
            self._packets += 1
            self._size_bytes += packet.size
            self._duration_s += decoded_s

    def of_bad(self, packet: "Packet[Any]") -> float:
        """How many seconds are lost with a packet that can't be decoded: all that lies between two good ones."""
        self._read_bytes += packet.size
        if self._is_flac or self._packets < _LEAST_PACKETS or not self._size_bytes:
            return 0.0
        data = bytes(packet)
        if any(tag in data for tag in _TAGS):
            return 0.0
        return min(len(data) * self._duration_s / self._size_bytes, _LONGEST_LOSS_S)

    def skipped(self, size: int) -> float:
        """How many seconds are in those of all `size` bytes that libav skipped: what is no frame of ADTS.

        Where they were isn't known.
        """
        return max(0, size - self._read_bytes) * self._duration_s / self._size_bytes if self._size_bytes else 0.0


def _flac_number(header: bytes) -> int | None:
    """The number of a frame, or of its first sample: https://www.rfc-editor.org/rfc/rfc9639, section 9.1.5."""
    if len(header) < 5 or header[:2] not in (_FLAC_SYNC, _FLAC_SYNC_OF_SAMPLES):
        return None
    lead = header[4]
    if lead < 0x80:
        return lead
    following = 7 - (lead ^ 0xFF).bit_length()
    if not 1 <= following <= 6 or len(header) < 5 + following:
        return None
    number = lead & (0x3F >> following)
    for byte in header[5 : 5 + following]:
        number = number << 6 | (byte & 0x3F)
    return number
