"""Which ranges of a film are fetched."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from core.media.child.read_plan import ReadPlan

LARGEST = 100_000
SIZE = 10_000_000

places = st.lists(st.tuples(st.integers(-1000, SIZE + 1000), st.integers(-10, 50_000)), max_size=50)


def pieces_of(plan: ReadPlan, first: int) -> list[tuple[int, int]]:
    pieces = []
    piece = plan.piece_at(first, LARGEST)
    while piece is not None:
        pieces.append(piece)
        piece = plan.piece_after(piece, LARGEST)
    return pieces


@given(places)
def test_every_place_inside_the_file_is_planned_once_and_in_order(places: list[tuple[int, int]]) -> None:
    plan = ReadPlan.of(places, SIZE)
    honest = [(start, length) for start, length in places if start >= 0 < length and start + length <= SIZE]
    if plan is None:
        assert not honest
        return
    pieces = pieces_of(plan, min(start for start, _ in honest))
    assert sum(length for _, length in pieces) == plan.total_bytes
    assert all(0 < length <= LARGEST for _, length in pieces)
    assert all(sum(piece) <= following[0] for piece, following in pairwise(pieces))
    for start, length in honest:
        for place in (start, start + length - 1):
            piece = plan.piece_at(place, LARGEST)
            assert piece in pieces
            assert piece[0] <= place < sum(piece)


def test_what_lies_close_together_is_fetched_at_once() -> None:
    plan = ReadPlan.of([(1000, 500), (5000, 500), (500_000, 500)], SIZE)
    assert plan is not None
    assert pieces_of(plan, 1000) == [(1000, 4500), (500_000, 500)]
    assert plan.piece_at(100_000, LARGEST) is None


def test_no_plan_where_the_sound_is_most_of_the_file() -> None:
    assert ReadPlan.of([(100, SIZE - 200)], SIZE) is None
    assert ReadPlan.of([], SIZE) is None
