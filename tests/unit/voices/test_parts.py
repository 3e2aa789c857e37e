"""Speakers that were numbered anew in each part mean the same person in all of them afterwards."""

from core.domain import Segment, Word
from core.voices import Turn, numbered, united

TURNS = (Turn(0, 10, 1), Turn(10, 20, 2), Turn(20, 30, 2), Turn(30, 40, 1))


def part_of(segment: Segment) -> int:
    return int(segment.start_s // 20)


def told(segments: list[Segment]) -> list[str | None]:
    return [segment.speaker for segment in segments]


def test_a_parts_speaker_is_whoever_speaks_most_while_they_do() -> None:
    segments = [
        Segment(0, 9, "one", speaker="Speaker 1"),
        Segment(9, 19, "two", speaker="Speaker 2"),
        Segment(21, 31, "three", speaker="Speaker 2.1"),
        Segment(31, 39, "four", speaker="Speaker 2.2"),
    ]

    assert told(united(segments, TURNS, part_of)) == ["Speaker 1", "Speaker 2", "Speaker 2", "Speaker 1"]


def test_the_same_name_in_two_parts_is_two_people() -> None:
    segments = [Segment(1, 9, "one", speaker="A"), Segment(21, 29, "two", speaker="A")]

    assert told(united(segments, TURNS, part_of)) == ["Speaker 1", "Speaker 2"]


def test_what_has_no_speaker_yet_gets_one_word_by_word() -> None:
    words = (Word(8, 9, "mine"), Word(11, 12, "yours"))
    segments = [Segment(1, 7, "one", speaker="A"), Segment(8, 12, "mine yours", words)]

    assert told(united(segments, TURNS, part_of)) == ["Speaker 1", "Speaker 1", "Speaker 2"]


def test_without_turns_the_names_stay() -> None:
    segments = [Segment(1, 9, "one", speaker="Speaker 2.1")]

    assert united(segments, (), part_of) == segments


def test_numbers_follow_the_text() -> None:
    segments = [
        Segment(0, 1, "a", speaker="Speaker 4"),
        Segment(1, 2, "b"),
        Segment(2, 3, "c", speaker="Speaker 2"),
        Segment(3, 4, "d", speaker="Speaker 4"),
    ]

    assert told(numbered(segments)) == ["Speaker 1", None, "Speaker 2", "Speaker 1"]
