from hypothesis import given
from hypothesis import strategies as st

from core.domain import Segment, SpeechChunk, Word
from core.stitch import Stitcher


def chunk(index: int, start_s: float, end_s: float, *, before_s: float = 0, after_s: float = 0) -> SpeechChunk:
    return SpeechChunk(index, start_s, end_s - start_s, b"sound", overlap_before_s=before_s, overlap_after_s=after_s)


@given(st.lists(st.integers(0, 4), min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_whatever_order_chunks_finish_in_the_text_is_in_order(sizes: list[int], random) -> None:
    expected = [
        Segment(10 * index + i, 10 * index + i + 1, f"{index}.{i}") for index, n in enumerate(sizes) for i in range(n)
    ]
    pending = {index: list(range(n + 1)) for index, n in enumerate(sizes)}
    published: list[Segment] = []
    stitcher = Stitcher(published.append)

    while pending:
        index = random.choice(sorted(pending))
        step = pending[index].pop(0)
        running = chunk(index, 10 * index, 10 * index + 10)
        if step == sizes[index]:
            stitcher.finish(running, tuple(segment for segment in expected if segment.text.startswith(f"{index}.")))
            del pending[index]
        else:
            stitcher.add(running, Segment(10 * index + step, 10 * index + step + 1, f"{index}.{step}"))
        assert published == expected[: len(published)]

    assert list(stitcher.segments) == published == expected


def test_the_first_chunk_is_published_while_it_runs() -> None:
    published: list[Segment] = []
    stitcher = Stitcher(published.append)
    first, second = chunk(0, 0, 60), chunk(1, 60, 120)
    early, late = Segment(0, 1, "early"), Segment(60, 61, "late")

    stitcher.add(second, late)
    stitcher.add(first, early)
    assert published == [early]
    final = Segment(0, 1, "early, and final")
    stitcher.finish(first, (final,))
    assert published == [early, late]
    stitcher.finish(second, (late,))
    assert stitcher.segments == (final, late)


def test_people_who_speak_at_once_are_published_once_with_their_times() -> None:
    published: list[Segment] = []
    stitcher = Stitcher(published.append)
    only = chunk(0, 0, 60)
    both = (Segment(0, 6, "I think so.", speaker="A"), Segment(2, 5, "No, wait.", speaker="B"), Segment(7, 8, "Well."))
    for _ in range(2):  # Begun again after a failure.
        stitcher.begin(only)
        for segment in both:
            stitcher.add(only, segment)
    stitcher.finish(only, both)
    assert tuple(published) == both == stitcher.segments


def test_what_two_chunks_share_is_published_and_written_once() -> None:
    published: list[Segment] = []
    stitcher = Stitcher(published.append)
    first, second = chunk(0, 0, 62, after_s=4), chunk(1, 58, 120, before_s=4)
    before = (Segment(55, 59.5, "we begin with the"), Segment(60.2, 62, "same words tw"))
    after = (Segment(58, 59.6, "with the"), Segment(60.2, 64, "same words twice, then more"))
    for running, segments in ((first, before), (second, after)):
        for segment in segments:
            stitcher.add(running, segment)
        stitcher.finish(running, segments)

    assert [segment.text for segment in published] == ["we begin with the", "same words twice, then more"]
    assert " ".join(segment.text for segment in stitcher.segments) == "we begin with the same words twice, then more"


def test_words_that_only_the_joint_needed_are_left_out() -> None:
    stitcher = Stitcher(lambda _: None, keep_words=False)
    stitcher.finish(chunk(0, 0, 60), (Segment(0, 1, "one", (Word(0, 1, "one"),)),))
    assert stitcher.segments == (Segment(0, 1, "one"),)


def test_a_segment_never_begins_before_the_one_before_it() -> None:
    stitcher = Stitcher(lambda _: None)
    stitcher.finish(chunk(0, 0, 60), (Segment(50, 60, "first"),))
    stitcher.finish(chunk(1, 60, 120), (Segment(49, 49.5, "second"),))
    assert [(segment.start_s, segment.end_s) for segment in stitcher.segments] == [(50, 60), (50, 50)]
