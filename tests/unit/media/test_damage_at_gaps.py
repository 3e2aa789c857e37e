"""What looks like a part of the container, and reaches behind the gap that it is in, is damage."""

import io
from types import SimpleNamespace
from typing import Any

import pytest

from core.media.child.containers.damage_at_gaps import DamageAtGaps

BEFORE = bytes(16)
PICTURE = bytes(40)


class Bytes(io.BytesIO):
    @property
    def size(self) -> int:
        return len(self.getvalue())


def flv_tag(kind: int, content: bytes, stated: int | None = None) -> bytes:
    length = len(content) if stated is None else stated
    return bytes([kind]) + length.to_bytes(3, "big") + bytes(7) + content + (11 + length).to_bytes(4, "big")


def block(content: bytes, stated: int | None = None) -> bytes:
    length = len(content) if stated is None else stated
    return b"\xa3" + (0x4000 | length).to_bytes(2, "big") + content


@pytest.mark.parametrize(
    ("container", "sound", "between", "content_at", "is_damage"),
    [
        ("flv", flv_tag(8, bytes(30)), flv_tag(9, PICTURE), 0, False),
        ("flv", flv_tag(8, bytes(30)), flv_tag(9, PICTURE, stated=4000), 0, True),
        ("matroska,webm", block(bytes(30)), block(PICTURE), 3, False),
        ("matroska,webm", block(bytes(30)), block(PICTURE, stated=4000), 3, True),
    ],
    ids=["flv", "flv damaged", "matroska", "matroska damaged"],
)
def test_a_gap_is_damaged_where_its_parts_do_not_end_with_it(
    container: str, sound: bytes, between: bytes, content_at: int, is_damage: bool
) -> None:
    data = BEFORE + sound + between + sound
    places = (len(BEFORE) + content_at, len(BEFORE + sound + between) + content_at)
    gaps = DamageAtGaps(Bytes(data), container)
    for place in places:
        packet: Any = SimpleNamespace(pos=place, size=26)
        gaps.add(packet)
        gaps.add_result(is_good=True)

    assert gaps.is_before() is is_damage
