"""Voices are told apart by channel where each has one of its own, and nowhere else."""

import random
from collections.abc import Callable

import pytest

from core.domain import Segment, Word
from core.voices import ChannelLevels, Turn, turns_by_channel

FRAME_S = 0.02
LOUD, QUIET = 20, 70

Levels = Callable[[float], tuple[int, int]]


def heard(seconds: float, levels_at: Levels) -> ChannelLevels:
    levels = ChannelLevels(FRAME_S)
    for frame in range(round(seconds / FRAME_S)):
        levels.add(bytes(levels_at(frame * FRAME_S)))
    return levels


def said(*times: tuple[float, float], with_words: bool = True) -> list[Segment]:
    """Segments of half-second words."""
    segments = []
    for begin, end in times:
        starts = [begin + 0.5 * number for number in range(int((end - begin) / 0.5))]
        words = tuple(Word(start, start + 0.5, "word") for start in starts) if with_words else ()
        segments.append(Segment(begin, end, " ".join("word" for _ in starts), words))
    return segments


def in_turn(time_s: float) -> tuple[int, int]:
    """Four seconds on the right, then four on the left, and so on, with syllables and the pauses between them."""
    voice = LOUD + 25 * (int(time_s / 0.1) % 5 == 0)
    return (QUIET, voice) if int(time_s / 4) % 2 == 0 else (voice, QUIET)


CALL = said((0.0, 4.0), (4.0, 8.0), (8.0, 12.0), (12.0, 16.0))
TURNS = (Turn(0.0, 4.0, 1), Turn(4.0, 8.0, 2), Turn(8.0, 12.0, 1), Turn(12.0, 16.0, 2))


@pytest.mark.parametrize("with_words", [True, False])
def test_each_side_of_a_call_is_a_speaker_by_first_appearance(with_words: bool) -> None:
    segments = said((0.0, 4.0), (4.0, 8.0), (8.0, 12.0), (12.0, 16.0), with_words=with_words)
    assert turns_by_channel(heard(16.0, in_turn), segments) == TURNS


def test_a_line_far_quieter_than_the_other_and_an_echo_make_no_difference() -> None:
    def uneven(time_s: float) -> tuple[int, int]:
        left, right = in_turn(time_s)
        return min(left, right + 15) - 5, min(right, left + 15) + 25

    assert turns_by_channel(heard(16.0, uneven), CALL) == TURNS


def test_while_both_talk_the_louder_one_has_the_word() -> None:
    def interrupted(time_s: float) -> tuple[int, int]:
        left, right = in_turn(time_s)
        if 5.0 <= time_s < 6.0:
            return LOUD + 10, LOUD
        return (left, LOUD + 10) if 13.0 <= time_s < 14.0 else (left, right)

    turns = turns_by_channel(heard(16.0, interrupted), CALL)
    assert [(turn.start_s, turn.speaker) for turn in turns] == [
        (0.0, 1),
        (4.0, 2),
        (5.0, 1),
        (6.0, 2),
        (8.0, 1),
        (12.0, 2),
    ]


def test_a_word_of_neither_channel_goes_on_with_the_speaker() -> None:
    def fading(time_s: float) -> tuple[int, int]:
        return (QUIET, QUIET) if 2.0 <= time_s < 3.0 else in_turn(time_s)

    assert turns_by_channel(heard(16.0, fading), CALL) == TURNS


def test_one_voice_on_one_channel_is_no_conversation() -> None:
    hum = random.Random(1)
    for right in (lambda: 96, lambda: 30, lambda: hum.randint(20, 60)):
        assert turns_by_channel(heard(16.0, lambda time_s: (in_turn(time_s)[0], right())), CALL) == ()  # noqa: B023


def test_the_same_on_both_channels_or_nearly_so_is_not_told_apart() -> None:
    for nearer_db in (0, 4, 8):

        def room(time_s: float, nearer_db: int = nearer_db) -> tuple[int, int]:
            left, right = in_turn(time_s)
            return min(left, right + nearer_db), min(right, left + nearer_db)

        assert turns_by_channel(heard(16.0, room), CALL) == ()


def test_what_sounds_while_nobody_speaks_does_not_count() -> None:
    def bell_in_pauses(time_s: float) -> tuple[int, int]:
        return (QUIET, LOUD) if int(time_s / 4) % 2 == 0 else in_turn(time_s)

    assert turns_by_channel(heard(16.0, bell_in_pauses), said((4.0, 8.0), (12.0, 16.0))) == ()


def test_a_gap_in_the_recording_keeps_the_times_after_it() -> None:
    levels = ChannelLevels(FRAME_S)
    levels.add(bytes([1, 2, 3, 4]))
    levels.add(bytes([5, 6, 7, 8]), missing_frames=100)
    assert levels.between(0.0, 1.0) == bytes([1, 2, 3, 4])
    assert levels.between(102 * FRAME_S, 102 * FRAME_S) == bytes([5, 6])
    assert levels.between(0.02, 102.6 * FRAME_S) == bytes([3, 4, 5, 6])
    assert levels.between(0.5, 0.6) == b""
    assert levels.between(5.0, 6.0) == b""


def test_nothing_heard_or_said_is_nobody() -> None:
    assert turns_by_channel(ChannelLevels(FRAME_S), []) == ()
    assert turns_by_channel(ChannelLevels(FRAME_S), CALL) == ()
    assert turns_by_channel(heard(16.0, in_turn), []) == ()
