"""Whether all of a file could be decoded, and whether it holds what its headers state."""

from dataclasses import dataclass
from typing import Any

from av.packet import Packet

from core.media.child.containers.signature import frame_bytes_of

_MAX_MISSING_S = 0.5
_MAX_MISSING_SHARE = 0.02
"""Sound that is missing, or is more, up to either of these isn't a difference to the duration that a file states."""

_SYNC_BYTES = 2


class LastPacket:
    """Whether a recording breaks off within a packet.

    In a container that `has_clock` a packet has a length; in others the next one begins where this one ends, and each
    begins alike. `codec` is libav's name.
    """

    def __init__(self, *, has_clock: bool, codec: str) -> None:
        self._has_clock = has_clock
        self._frame_bytes = frame_bytes_of(codec)
        self._sync = b""
        self.is_cut_off = False
        """Whether the last packet so far is only the beginning of one."""

    def add(self, packet: "Packet[Any]", *, has_sound: bool) -> None:
        """The next packet, and whether it gave any sound."""
        if self._has_clock:
            self.is_cut_off = packet.is_corrupt and not has_sound
            return
        length = self._frame_bytes(bytes(memoryview(packet)[:8]))
        if length is not None and packet.size < length:
            self.is_cut_off = True  # libav makes sound of any piece of it.
            return
        begin = bytes(memoryview(packet)[:_SYNC_BYTES])
        self.is_cut_off = not has_sound and bool(self._sync) and self._sync.startswith(begin)
        if has_sound:
            self._sync = begin


@dataclass(slots=True)
class Completeness:
    """What was found out so far.

    `is_cut_off`: the file breaks off. `is_joined`: there are several recordings in it, or more sound than it states.
    `has_left_out`: one of its recordings can't be decoded. `has_other_speed`: a part is to be played faster or slower.
    `has_cuts`: an edit list leaves sound out.
    """

    is_cut_off: bool = False
    is_joined: bool = False
    has_left_out: bool = False
    has_other_speed: bool = False
    has_cuts: bool = False

    def compare(
        self, stated_s: float | None, decoded_s: float, *, is_counted: bool, lacks_bytes: bool, is_damaged: bool
    ) -> None:
        """Compare what was decoded of a recording with the duration that it states.

        With less it is cut off, where the duration `is_counted` and not estimated; so is a file that `lacks_bytes` by
        its headers, unless they are missing where it `is_damaged`, before its end.
        """
        if stated_s is None:
            self.is_cut_off |= lacks_bytes
            return
        most_s = max(_MAX_MISSING_S, _MAX_MISSING_SHARE * stated_s)
        has_less = stated_s - decoded_s > most_s
        self.is_cut_off |= (is_counted and has_less) or (lacks_bytes and (has_less or not is_damaged))
        self.is_joined |= decoded_s - stated_s > most_s
