"""Packets that a codec takes and gives nothing for."""

import pytest

from core.media.child.containers.packet_tally import PacketTally


@pytest.mark.parametrize(
    ("packets", "bad", "frames", "dropped"),
    [(100, 0, 100, False), (100, 0, 99, False), (100, 30, 70, False), (34, 0, 13, True), (8, 0, 0, False)],
)
def test_many_of_them_are_told_as_cut_off(packets: int, bad: int, frames: int, dropped: bool) -> None:
    assert PacketTally(packets, bad, frames).has_dropped_packets is dropped
