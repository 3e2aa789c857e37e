"""Recordings in Ogg that follow each other in one file (`cat a.opus b.opus`), with the same serial number.

Where a part is shorter than a page, libav counts the times of its packets from the part before (FFmpeg 8.1,
oggparseopus.c): they come with a duration of one unit, and with side data that drops all of their sound at the end.

Only the decoder's child imports this.
"""

import struct

from av.audio.stream import AudioStream
from av.packet import Packet

_TRIMMING = struct.Struct("<II")
"""AV_PKT_DATA_SKIP_SAMPLES begins with how many samples to drop at the start and at the end."""


def keep_sound(packet: "Packet[AudioStream]") -> None:
    """Remove the trimming at the end of a packet where it would leave nothing of it."""
    if packet.duration is None or packet.duration > 1 or not packet.has_sidedata("skip_samples"):
        return
    trimming = packet.get_sidedata("skip_samples")
    data = bytes(trimming)
    at_start, at_end = _TRIMMING.unpack_from(data)
    if at_end:
        trimming.update(_TRIMMING.pack(at_start, 0) + data[_TRIMMING.size :])
        packet.set_sidedata(trimming)
