"""Two voices at once, each on a channel of its own, are found, and nothing else is taken for them."""

import random
from collections.abc import Callable, Sequence

import pytest

from core.voices import ChannelLevels, overlaps

FRAME_S = 0.02
SECONDS = 30
FRAMES = round(SECONDS / FRAME_S)
SILENCE = [90] * FRAMES


def voice(seed: int, *, talks: Callable[[float], bool] = lambda time_s: True, pauses_db: int = 80) -> list[int]:
    """Syllables of uneven length and loudness, with pauses, while it talks; in dB below full scale, a frame each."""
    chance = random.Random(seed)
    levels: list[int] = []
    while len(levels) < FRAMES:
        levels += [chance.randint(15, 28)] * chance.randint(5, 15)
        levels += [pauses_db] * chance.choice((2, 4, 6, 12))
    return [level if talks(place * FRAME_S) else pauses_db for place, level in enumerate(levels[:FRAMES])]


def steady(seed: int, level: int, spread: int) -> list[int]:
    chance = random.Random(seed)
    return [level + chance.randint(0, spread) for _ in range(FRAMES)]


def mixed(loud: Sequence[int], soft: Sequence[int], below_db: int) -> list[int]:
    return [min(one, other + below_db) for one, other in zip(loud, soft, strict=True)]


def found(left: Sequence[int], right: Sequence[int]) -> list[tuple[float, float]]:
    levels = ChannelLevels(FRAME_S)
    levels.add(bytes(level for both in zip(left, right, strict=True) for level in both))
    return overlaps(levels)


LEFT, RIGHT = voice(1), voice(2)


@pytest.mark.parametrize("crosstalk_db", [15, 20, 25, 60])
def test_two_voices_at_once_are_found_however_softly_each_is_on_the_other_channel(crosstalk_db: int) -> None:
    both = mixed(LEFT, RIGHT, crosstalk_db), mixed(RIGHT, LEFT, crosstalk_db)
    assert found(*both) == [(0.0, SECONDS)]


def test_a_voice_that_is_far_less_loud_than_the_other_is_one_nevertheless() -> None:
    assert found(LEFT, [level + 25 for level in RIGHT]) == [(0.0, SECONDS)]


def test_where_they_talk_at_once_is_told() -> None:
    assert found(LEFT, voice(2, talks=lambda time_s: time_s >= 12.0)) == [(12.0, SECONDS)]


def first(time_s: float) -> bool:
    return time_s % 8 < 4


def second(time_s: float) -> bool:
    return time_s % 8 >= 3.6


@pytest.mark.parametrize("pauses_db", [80, 45])
def test_people_who_take_turns_and_interrupt_each_other_are_none(pauses_db: int) -> None:
    assert found(voice(1, talks=first, pauses_db=pauses_db), voice(2, talks=second, pauses_db=pauses_db)) == []


@pytest.mark.parametrize(
    "right",
    [
        LEFT,
        [level + 12 for level in LEFT],
        [*SILENCE[:10], *LEFT[:-10]],
        [*SILENCE[:25], *(level + 6 for level in LEFT[:-25])],
        SILENCE,
        steady(3, 30, 2),
        steady(4, 25, 10),
        [level + 50 for level in RIGHT],
        [20 if place % 300 < 270 else 80 for place in range(FRAMES)],
    ],
    ids=["the same", "softer", "echo", "late echo", "silence", "noise", "music", "too quiet for a voice", "tone"],
)
def test_one_voice_and_what_comes_of_it_or_beside_it_is_none(right: list[int]) -> None:
    assert found(LEFT, right) == []


def test_what_two_microphones_hear_in_one_room_is_none() -> None:
    assert found(mixed(LEFT, RIGHT, 5), mixed(RIGHT, LEFT, 5)) == []


def test_one_piece_of_a_longer_recording_may_be_chance() -> None:
    assert found(LEFT, voice(2, talks=lambda time_s: 6.0 <= time_s < 12.0)) == []


def test_of_nothing_there_is_none() -> None:
    assert overlaps(ChannelLevels(FRAME_S)) == []
