"""Who speaks when, from made-up voice prints."""

import numpy as np
import pytest
from numpy.typing import NDArray

from core.providers.on_device.models.voice_models import CAM_PLUS_PLUS
from core.providers.on_device.voices.deciding import Told, decide

WINDOW_S = 1.5


def voices(count: int) -> NDArray[np.float64]:
    made, _ = np.linalg.qr(np.random.default_rng(5).normal(size=(192, count)))
    return np.asarray(made.T)


def spoken(speakers: list[int], people: NDArray[np.float64], noise: float = 0.04) -> tuple[NDArray, NDArray, NDArray]:
    """A turn of three windows for each speaker, as regions, windows and prints."""
    noises = np.random.default_rng(1)
    regions, windows, prints = [], [], []
    for turn, speaker in enumerate(speakers):
        start_s = turn * 4.0
        regions.append((start_s, start_s + 3.0))
        for place in range(3):
            windows.append((start_s + place * 0.75, start_s + place * 0.75 + WINDOW_S))
            vector = people[speaker] + noises.normal(0, noise, people.shape[1])
            prints.append(vector / np.linalg.norm(vector))
    return np.array(regions), np.array(windows), np.array(prints, np.float32)


def speakers_of(told: Told) -> list[int]:
    return [speaker for _, _, speaker in told.turns]


def test_numbers_go_by_first_appearance_and_hold_for_all_of_it() -> None:
    told = decide(*spoken([2, 0, 2, 1, 0, 1, 2], voices(3)), CAM_PLUS_PLUS)

    assert speakers_of(told) == [0, 1, 0, 2, 1, 2, 0]
    assert np.allclose(np.linalg.norm(told.voices, axis=1), 1, atol=1e-3)


def test_the_order_in_which_chunks_were_heard_changes_nothing() -> None:
    regions, windows, prints = spoken([0, 1, 1, 0, 2, 2, 1], voices(3))
    shuffled = np.random.default_rng(2).permutation(len(windows))

    first = decide(regions, windows, prints, CAM_PLUS_PLUS)
    second = decide(regions[::-1], windows[shuffled], prints[shuffled], CAM_PLUS_PLUS)

    assert first.turns == second.turns


@pytest.mark.parametrize("people", [1, 2, 3])
def test_fewer_people_than_voices_join_the_most_alike(people: int) -> None:
    told = decide(*spoken([0, 1, 2, 0, 1, 2], voices(3)), CAM_PLUS_PLUS, people)

    assert len(told.voices) == people


def test_two_alike_voices_are_told_apart_where_two_people_are_told() -> None:
    base = voices(2)
    alike = np.stack([base[0], 0.68 * base[0] + np.sqrt(1 - 0.68**2) * base[1]])
    heard = spoken([0, 1, 0, 1, 0, 1], alike, noise=0.02)

    assert speakers_of(decide(*heard, CAM_PLUS_PLUS)) == [0] * 6
    assert speakers_of(decide(*heard, CAM_PLUS_PLUS, 2)) == [0, 1] * 3


@pytest.mark.parametrize("people", [3, 5, 10])
@pytest.mark.parametrize("noise", [0.02, 0.04, 0.05])
def test_more_people_than_voices_invents_nobody(people: int, noise: float) -> None:
    told = decide(*spoken([0, 1, 0, 1], voices(2), noise), CAM_PLUS_PLUS, people)

    assert speakers_of(told) == [0, 1, 0, 1]


def test_prints_of_one_odd_moment_count_once_and_make_nobody() -> None:
    regions, windows, prints = spoken([0, 1, 0, 1], voices(3))
    odd = voices(3)[2].astype(np.float32)
    moment = np.array([(20.0, 21.5), (20.1, 21.6), (20.2, 21.7)])
    heard = np.append(regions, [(20.0, 21.7)], 0), np.append(windows, moment, 0), np.append(prints, [odd] * 3, 0)

    assert len(decide(*heard, CAM_PLUS_PLUS).voices) == 2

    again = (
        np.append(heard[0], [(30.0, 31.5)], 0),
        np.append(heard[1], [(30.0, 31.5)], 0),
        np.append(heard[2], [odd], 0),
    )
    assert len(decide(*again, CAM_PLUS_PLUS).voices) == 3, "3.2 s of speech are somebody"


def test_who_says_little_is_somebody_where_so_many_people_are_told() -> None:
    regions, windows, prints = spoken([0, 1, 0, 1, 2], voices(3))
    heard = regions, windows[:-1], prints[:-1]

    assert speakers_of(decide(*heard, CAM_PLUS_PLUS, 3)) == [0, 1, 0, 1, 2]
    assert len(decide(*heard, CAM_PLUS_PLUS).voices) == 2


def test_a_cough_is_no_person() -> None:
    regions, windows, prints = spoken([0, 1, 0, 1, 2], voices(3))
    told = decide(regions, windows[:-2], prints[:-2], CAM_PLUS_PLUS)

    assert len(told.voices) == 2


def test_turns_are_a_little_longer_than_what_was_found_but_never_overlap() -> None:
    told = decide(*spoken([0, 1, 0], voices(2)), CAM_PLUS_PLUS, 2)

    times = [time for start, end, _ in told.turns for time in (start, end)]
    assert times == pytest.approx([0.0, 3.1, 3.9, 7.1, 7.9, 11.1])


def test_a_day_of_speech_is_decided_within_bounds() -> None:
    turns = 4000
    speakers = np.random.default_rng(3).integers(0, 6, turns).tolist()

    told = decide(*spoken(speakers, voices(6)), CAM_PLUS_PLUS)

    numbers: dict[int, int] = {}
    expected = [numbers.setdefault(speaker, len(numbers)) for speaker in speakers]
    assert speakers_of(told) == expected


def test_voices_that_are_somewhat_alike_stay_apart_however_long_they_talk() -> None:
    base = voices(2)
    alike = np.stack([base[0], 0.64 * base[0] + np.sqrt(1 - 0.64**2) * base[1]])
    short, long = ([0, 1] * turns for turns in (10, 800))

    assert speakers_of(decide(*spoken(short, alike), CAM_PLUS_PLUS)) == short
    assert speakers_of(decide(*spoken(long, alike), CAM_PLUS_PLUS)) == long


def test_nothing_heard_is_nobody() -> None:
    nothing = np.zeros((0, 2))
    assert decide(nothing, nothing, np.zeros((0, 192), np.float32), CAM_PLUS_PLUS).turns == []
