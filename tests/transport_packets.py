"""MPEG transport streams taken apart into their packets, to lose some, and to move their clock."""

from collections.abc import Callable

_WRAP = 2**33


def packets_of(stream: bytes, length: int = 188) -> list[bytes]:
    """The packets of a stream, each with what stands before it."""
    return [stream[at : at + length] for at in range(0, len(stream), length)]


def on_another_clock(packets: list[bytes], time_of: Callable[[float, int], int], *, is_told: bool = False) -> bytes:
    """The stream with other times: `time_of` is given the share of the way and the time, at 90 kHz.

    With `is_told` the packets from the middle on say that a new clock begins.
    """
    moved = []
    for number, packet in enumerate(packets):
        share, changed = number / len(packets), bytearray(packet)
        first = len(packet) % 188
        flags, at = changed[first + 3], first + 4
        if flags & 0x20:
            if changed[at] and changed[at + 1] & 0x10:
                _move_reference(changed, at + 2, share, time_of)
                changed[at + 1] |= 0x80 if is_told and 0.5 <= share < 0.51 else 0
            at += 1 + changed[at]
        if changed[first + 1] & 0x40 and flags & 0x10 and changed[at : at + 3] == b"\0\0\1" and changed[at + 3] >= 0xBD:
            for place in (at + 9, at + 14)[: {2: 1, 3: 2}.get(changed[at + 7] >> 6, 0)]:
                _move_time(changed, place, share, time_of)
        moved.append(bytes(changed))
    return b"".join(moved)


def _move_reference(packet: bytearray, at: int, share: float, time_of: Callable[[float, int], int]) -> None:
    """ISO/IEC 13818-1, section 2.4.3.5: 33 bits at 90 kHz."""
    time = time_of(share, int.from_bytes(packet[at : at + 4], "big") << 1 | packet[at + 4] >> 7) % _WRAP
    packet[at : at + 4] = (time >> 1).to_bytes(4, "big")
    packet[at + 4] = packet[at + 4] & 0x7F | (time & 1) << 7


def _move_time(packet: bytearray, at: int, share: float, time_of: Callable[[float, int], int]) -> None:
    """Section 2.4.3.7: three pieces with a bit behind each."""
    number = int.from_bytes(packet[at : at + 5], "big")
    time = time_of(share, (number >> 33 & 7) << 30 | (number >> 17 & 0x7FFF) << 15 | number >> 1 & 0x7FFF) % _WRAP
    mask = 7 << 33 | 0x7FFF << 17 | 0x7FFF << 1
    pieces = (time >> 30) << 33 | (time >> 15 & 0x7FFF) << 17 | (time & 0x7FFF) << 1
    packet[at : at + 5] = (number & ~mask | pieces).to_bytes(5, "big")
