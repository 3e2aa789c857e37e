"""How many of a recording's packets could be decoded, and where some could not.

Only the decoder's child imports this.
"""

from dataclasses import dataclass
from typing import Any

from av.packet import Packet

from core.media.child.containers.ogg_sound import PageOfSound

_MAX_BAD_SHARE = 0.2
"""With a larger share of packets that can't be decoded the recording counts as damaged."""

_SURE_S = 3.0
"""So much that can be decoded without a break is sound, however much else is damaged."""

_MAX_DROPPED_PACKETS = 10
_MAX_DROPPED_SHARE = 0.1
"""With more packets than both that gave no frame the recording counts as truncated."""

LEAST_DAMAGE_S = 0.2
"""Less damaged sound isn't worth a sentence: a first frame that refers to one before it, a click."""


_PACKET_S = 0.02
"""How long a packet of speech usually plays."""


@dataclass(slots=True)
class PacketTally:
    """Counts. `has_sound` once a frame was written.

    `damaged_at_s` is where in the recording the first damage is that lost something, None without any.
    """

    packets: int = 0
    bad_packets: int = 0
    frames: int = 0
    has_sound: bool = False
    damaged_at_s: float | None = None
    lost_s: float = 0.0
    _run_s: float = 0.0
    _longest_run_s: float = 0.0
    _kept: tuple[int, int, float | None, float] = (0, 0, None, 0.0)

    def add_bad(self, packet: "Packet[Any]", at_s: float) -> None:
        """This packet can't be decoded."""
        self.bad_packets += 1
        self._run_s = 0.0
        lost_s = float(packet.duration * packet.time_base) if packet.duration and packet.time_base else _PACKET_S
        self.add_damage(at_s, lost_s)

    def add_good(self, sound_s: float) -> None:
        """This packet can be decoded, to so much sound."""
        self._run_s += sound_s
        self._longest_run_s = max(self._longest_run_s, self._run_s)

    def add_page(self, page: PageOfSound, at_s: float) -> None:
        """The packets of a page of Ogg."""
        self.packets += page.packets
        self.bad_packets += page.bad_packets
        self.frames += max(len(page.frames), page.packets - page.bad_packets)
        lost_s = (page.gap_s if page.is_damaged else 0.0) + page.bad_packets * _PACKET_S
        if page.is_behind_torn:
            lost_s += LEAST_DAMAGE_S  # How much was on it can't be known.
        if lost_s:
            self.add_damage(at_s, lost_s)

    def keep(self) -> None:
        """What was counted so far stays, whatever `forget_bad` forgets."""
        self._kept = (self.packets, self.bad_packets, self.damaged_at_s, self.lost_s)

    def forget_bad(self) -> None:
        """Forget the packets since the last good one, which were of something else."""
        self.packets, self.bad_packets, self.damaged_at_s, self.lost_s = self._kept

    def add_damage(self, at_s: float, lost_s: float) -> None:
        """So much is lost here."""
        if self.damaged_at_s is None:
            self.damaged_at_s = at_s
        self.lost_s += lost_s

    @property
    def is_mostly_bad(self) -> bool:
        """Whether so much can't be decoded that the rest is worth nothing, as in noise, where it is scattered."""
        return self.bad_packets > self.packets * _MAX_BAD_SHARE and self._longest_run_s < _SURE_S

    @property
    def has_dropped_packets(self) -> bool:
        """Whether the codec gave no frame for many packets: almost every codec gives at least one for each.

        Damaged packets are counted apart.
        """
        missing = self.packets - self.bad_packets - self.frames
        return missing > max(_MAX_DROPPED_PACKETS, _MAX_DROPPED_SHARE * self.packets)

    @property
    def told_damage_s(self) -> float | None:
        """Where the first damage is, where there is as much as people have to know of."""
        return self.damaged_at_s if self.lost_s >= LEAST_DAMAGE_S else None
