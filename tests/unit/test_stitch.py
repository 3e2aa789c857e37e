from hypothesis import given
from hypothesis import strategies as st

from core.domain import Segment
from core.stitch import Stitcher


@given(st.lists(st.integers(0, 4), min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_whatever_order_chunks_finish_in_the_text_is_in_order(sizes: list[int], random) -> None:
    expected = [
        Segment(10 * chunk + i, 10 * chunk + i + 1, f"{chunk}.{i}") for chunk, n in enumerate(sizes) for i in range(n)
    ]
    events = [(chunk, i) for chunk, n in enumerate(sizes) for i in range(n + 1)]
    pending = {chunk: [i for c, i in events if c == chunk] for chunk in range(len(sizes))}
    published: list[Segment] = []
    stitcher = Stitcher(published.append)

    while pending:
        chunk = random.choice(sorted(pending))
        step = pending[chunk].pop(0)
        if step == sizes[chunk]:
            stitcher.finish(chunk, tuple(segment for segment in expected if segment.text.startswith(f"{chunk}.")))
            del pending[chunk]
        else:
            stitcher.add(chunk, Segment(10 * chunk + step, 10 * chunk + step + 1, f"{chunk}.{step}"))
        assert published == expected[: len(published)]

    assert list(stitcher.segments) == published == expected


def test_the_first_chunk_is_published_while_it_runs() -> None:
    published: list[Segment] = []
    stitcher = Stitcher(published.append)
    early, late = Segment(0, 1, "early"), Segment(60, 61, "late")

    stitcher.add(1, late)
    stitcher.add(0, early)
    assert published == [early]
    final = Segment(0, 1, "early, and final")
    stitcher.finish(0, (final,))
    assert published == [early, late]
    stitcher.finish(1, (late,))
    assert stitcher.segments == (final, late)
