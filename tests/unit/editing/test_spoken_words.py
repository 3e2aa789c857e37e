"""Which word is spoken when."""

import pytest

from core.domain import Segment, Transcript, Word
from core.editing import Document, Place, SegmentId, SpokenWords

DOCUMENT = Document.of(
    Transcript(
        (
            Segment(1.0, 3.0, "One, two", (Word(1.0, 2.0, "One"), Word(2.2, 3.0, "two"))),
            Segment(5.0, 7.0, "no words"),
        ),
        "en",
        9.0,
        "on-device",
        "tiny.en",
    )
)


@pytest.mark.parametrize(
    ("time_s", "place"),
    [
        (0.5, None),
        (1.0, (0, 0, 3)),
        (2.1, (0, 0, 3)),
        (2.2, (0, 5, 8)),
        (3.0, None),
        (6.0, (1, 0, 8)),
        (8.0, None),
    ],
)
def test_the_word_is_found_that_is_spoken(time_s: float, place: tuple[int, int, int] | None) -> None:
    found = SpokenWords(DOCUMENT).word_at(time_s)
    assert found == (None if place is None else Place(SegmentId(place[0]), *place[1:]))


def test_a_pause_belongs_to_the_segment_before() -> None:
    assert [SpokenWords(DOCUMENT).segment_at(time_s) for time_s in (0.0, 4.0, 5.0)] == [None, 0, 1]


def test_where_two_speak_at_once_it_is_the_one_who_began_last_and_still_speaks() -> None:
    long, short, next_one = Segment(0.0, 10.0, "a long one"), Segment(2.0, 3.0, "hm"), Segment(12.0, 13.0, "next")
    spoken = SpokenWords(Document.of(Transcript((long, short, next_one), "en", 13.0, "on-device", "tiny.en")))
    assert [spoken.segment_at(time_s) for time_s in (1.0, 2.5, 5.0, 11.0, 12.5)] == [0, 1, 0, 1, 2]
    assert spoken.word_at(5.0) == Place(SegmentId(0), 0, 10)
    assert spoken.word_at(11.0) is None


def test_a_word_that_is_spelt_otherwise_is_what_stands_between_its_neighbours() -> None:
    words = tuple(Word(float(n), n + 1.0, text) for n, text in enumerate(["He", "is", "twenty", "one", "now"]))
    spoken = SpokenWords(Document.of(Transcript((Segment(0, 5, "He is 21, now", words),), "en", 5, "x", "y")))
    assert [spoken.word_at(n + 0.5) for n in range(5)] == [
        Place(SegmentId(0), *place) for place in ((0, 2), (3, 5), (6, 9), (6, 9), (10, 13))
    ]
    words = (Word(0, 1, "Hmm"), Word(1, 2, "one"))
    spoken = SpokenWords(Document.of(Transcript((Segment(0, 2, "one", words),), "en", 2, "x", "y")))
    assert spoken.word_at(0.5) == Place(SegmentId(0), 0, 3)
