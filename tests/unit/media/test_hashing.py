import hashlib
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.domain.errors import SourceInterrupted
from core.media import SourceInfo, read_all_bytes
from core.media.hashing import IncrementalHash

SIZE = 3 * 1024 * 1024 + 17
CONTENT = Random(1).randbytes(SIZE)


class Bytes:
    """A source in memory, which may have lost its end."""

    info = SourceInfo("bytes", SIZE)

    def __init__(self, content: bytes = CONTENT) -> None:
        self._content = content

    async def read_range(self, offset: int, length: int) -> bytes:
        return self._content[offset : offset + length]


@given(st.randoms(use_true_random=False), st.integers(20_000, 900_000), st.integers(0, 50_000))
@example(Random(4), 20_456, 50_000)  # Each byte several times, and more of them early than may be held.
def test_the_hash_is_right_in_whatever_order_the_ranges_come(random: Random, length: int, overlap: int) -> None:
    passing = IncrementalHash(SIZE)
    offsets = list(range(0, SIZE, length))
    random.shuffle(offsets)
    for offset in offsets:
        begin = max(0, offset - overlap)
        passing.add(begin, CONTENT[begin : offset + length])
    assert passing.content == hashlib.sha256(CONTENT).hexdigest()


def test_what_was_never_read_has_no_hash() -> None:
    passing = IncrementalHash(SIZE)
    passing.add(0, CONTENT[:1000])
    passing.add(2000, CONTENT[2000:])
    assert passing.content is None


def test_little_is_held_of_a_source_that_is_read_from_its_end() -> None:
    passing = IncrementalHash(100 * 1024 * 1024)
    for offset in range(99, 0, -1):
        passing.add(offset * 1024 * 1024, bytes(1024 * 1024))
    assert passing._early_bytes <= 16 * 1024 * 1024
    assert passing.content is None


async def test_all_of_a_source_is_read() -> None:
    assert await read_all_bytes(Bytes()) == CONTENT


async def test_a_source_that_has_lost_its_end_is_told() -> None:
    with pytest.raises(SourceInterrupted):
        await read_all_bytes(Bytes(CONTENT[:-1]))
