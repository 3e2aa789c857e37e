"""Packets that a codec takes and gives nothing for."""

import pytest

from core.media.child.decoder import _Decode


@pytest.mark.parametrize(
    ("packets", "bad", "frames", "dropped"),
    [(100, 0, 100, False), (100, 0, 99, False), (100, 30, 70, False), (34, 0, 13, True), (8, 0, 0, False)],
)
def test_many_of_them_are_told_as_cut_off(packets: int, bad: int, frames: int, dropped: bool) -> None:
    decode = _Decode(None, {"size": 1, "ahead_bytes": 1, "is_forward_only": False})  # type: ignore[arg-type]
    decode._packets, decode._bad_packets, decode._frames = packets, bad, frames
    assert decode._has_dropped_packets is dropped
