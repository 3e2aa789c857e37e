"""Where a language changes is found; what only looks like a change isn't taken for one."""

import pytest

from core.providers.on_device.whisper.language_changes import Heard, Probabilities, doubtful, languages_of

ENGLISH = {"en": 0.98}
INDONESIAN = {"id": 0.4, "tl": 0.4, "ms": 0.05, "en": 0.03}
RATHER_TAGALOG = {"tl": 0.5, "id": 0.15, "en": 0.04}
PORTUGUESE = {"pt": 0.94, "es": 0.03}
SPANISH = {"es": 0.9, "pt": 0.04}
MUSIC = {"cy": 0.2, "nn": 0.18, "en": 0.15, "id": 0.05}
NAMES = {"it": 0.5, "en": 0.3}


def parts(*heard: tuple[Probabilities, float]) -> list[Heard]:
    """Parts that follow each other, with how long they are."""
    found: list[Heard] = []
    for probabilities, length_s in heard:
        start_s = found[-1].end_s if found else 0.0
        found.append(Heard(start_s, start_s + length_s, probabilities))
    return found


@pytest.mark.parametrize(
    ("heard", "before", "expected"),
    [
        ([(ENGLISH, 5.0)] * 3, "en", "en en en"),
        ([(ENGLISH, 5.0), (INDONESIAN, 5.0), (INDONESIAN, 5.0), (ENGLISH, 5.0)], "en", "en id id en"),
        ([(INDONESIAN, 5.0), (ENGLISH, 5.0), (INDONESIAN, 5.0)], "id", "id en id"),
        ([(ENGLISH, 5.0), (SPANISH, 5.0), (INDONESIAN, 7.0)], "en", "en es id"),
        ([(SPANISH, 6.0), (PORTUGUESE, 6.0), (SPANISH, 6.0)], "es", "es pt es"),
        ([(SPANISH, 5.0)] * 2, "en", "es es"),  # the guess before was wrong
        # One odd part, be it a name, a word from elsewhere or music, changes nothing.
        ([(ENGLISH, 5.0), (NAMES, 3.0), (ENGLISH, 5.0)], "en", "en en en"),
        ([(ENGLISH, 5.0), (INDONESIAN, 1.5), (ENGLISH, 5.0)], "en", "en en en"),
        ([(INDONESIAN, 5.0), (ENGLISH, 1.5), (INDONESIAN, 5.0)], "id", "id id id"),
        ([(ENGLISH, 5.0), (MUSIC, 9.0), (ENGLISH, 5.0)], "en", "en en en"),
        ([(MUSIC, 5.0), (INDONESIAN, 9.0)], "en", "en id"),
        # What can't be told apart from a related language keeps its name.
        ([(INDONESIAN, 5.0), *[(RATHER_TAGALOG, 4.0)] * 3, (INDONESIAN, 5.0)], "id", "id id id id id"),
        ([(ENGLISH, 5.0), (INDONESIAN, 4.0), (RATHER_TAGALOG, 4.0), (INDONESIAN, 4.0)], "en", "en id id id"),
        ([], "en", ""),
    ],
)
def test_each_part_has_its_language(heard: list[tuple[Probabilities, float]], before: str, expected: str) -> None:
    assert languages_of(parts(*heard), before, ()) == expected.split()


def test_a_language_that_was_heard_before_comes_back_sooner_than_a_new_one() -> None:
    heard = parts((ENGLISH, 5.0), ({"id": 0.45, "es": 0.5, "en": 0.01}, 6.0))
    assert languages_of(heard, "en", ()) == ["en", "es"]
    assert languages_of(heard, "en", ("id",)) == ["en", "id"]


@pytest.mark.parametrize(
    ("heard", "language", "expected"),
    [
        ([(ENGLISH, 5.0), (SPANISH, 5.0), (ENGLISH, 5.0)], "en", [(5.0, 10.0)]),
        ([(SPANISH, 3.0), (SPANISH, 3.0), (ENGLISH, 5.0), (INDONESIAN, 9.0)], "en", [(0.0, 6.0), (11.0, 20.0)]),
        ([(RATHER_TAGALOG, 9.0), (INDONESIAN, 9.0)], "id", []),
        ([(PORTUGUESE, 9.0)], "es", [(0.0, 9.0)]),
        ([(ENGLISH, 5.0), (SPANISH, 0.5), (NAMES, 3.0), (MUSIC, 4.0)], "en", []),
        ([(ENGLISH, 5.0)], "en", []),
    ],
)
def test_where_hardly_anything_speaks_for_the_language_is_told(
    heard: list[tuple[Probabilities, float]], language: str, expected: list[tuple[float, float]]
) -> None:
    assert doubtful(parts(*heard), language) == expected
