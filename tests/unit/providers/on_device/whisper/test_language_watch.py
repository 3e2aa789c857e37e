"""Clips end where the language changes, and what is written in the wrong language is told."""

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from core.domain import Word
from core.domain.speech import SAMPLE_RATE_HZ
from core.providers.on_device.whisper.language_watch import EnglishWatch, LanguageFollower
from core.providers.on_device.whisper.speech_detection import Span, Speech

SAID_S = 4.0
PAUSE_S = 1.0
SENTENCE_S = SAID_S + PAUSE_S


def said(sentences: int) -> Speech:
    """So many sentences, with a pause after each."""
    length = round(sentences * SENTENCE_S * SAMPLE_RATE_HZ)
    utterances = [
        {
            "start": round(number * SENTENCE_S * SAMPLE_RATE_HZ),
            "end": round((number * SENTENCE_S + SAID_S) * SAMPLE_RATE_HZ),
        }
        for number in range(sentences)
    ]
    return Speech(np.zeros(length, np.float32), [{"start": 0, "end": length}], utterances)


def sentences(span: Span) -> tuple[int, int]:
    """Before which sentence it begins, and before which it ends."""
    start, end = (round((at_s + PAUSE_S / 2) / SENTENCE_S) for at_s in span)
    return start, end


class Listener:
    """Hears a language in each sentence, by its number; `alone` is what it hears where it is given nothing else."""

    def __init__(self, languages: str, alone: dict[int, str] | None = None) -> None:
        self._languages = languages.split()
        self._alone = alone or {}
        self.clips: list[Span] = []

    def __call__(self, clip: Span, parts: Sequence[Span]) -> list[Mapping[str, float]]:
        self.clips.append(clip)
        if list(parts) == [clip]:
            number = int(clip[0] / SENTENCE_S + 0.5)
            return [heard(self._alone.get(number, self._languages[number]))]
        return [heard(self._languages[int((start_s + end_s) / 2 / SENTENCE_S)]) for start_s, end_s in parts]


def heard(language: str) -> dict[str, float]:
    """With a question mark it isn't clear whether it is English."""
    return {language: 0.98} if language.isalpha() else {language[:-1]: 0.6, "en": 0.1}


def follow(languages: str, begin: str, *, is_fixed: bool = False) -> tuple[list[tuple[str, float]], LanguageFollower]:
    """The language and the length in sentences of all that is read at once."""
    speech = said(len(languages.split()))
    follower = LanguageFollower(speech, Listener(languages), begin, is_fixed=is_fixed)
    found = []
    at_s = 0.0
    while at_s < speech.duration_s:
        start_s, end_s = follower.part_of(speech.clip_from(at_s))
        found.append((follower.language, round((end_s - start_s) / SENTENCE_S)))
        at_s = end_s
    return found, follower


@pytest.mark.parametrize(
    ("languages", "begin", "expected", "main"),
    [
        ("en en en en", "en", [("en", 4)], "en"),
        ("en en en id id", "en", [("en", 3), ("id", 2)], "en"),
        ("id en en en id", "id", [("id", 1), ("en", 3), ("id", 1)], "en"),
        ("id id id", "en", [("id", 3)], "id"),
    ],
)
def test_what_is_read_at_once_is_in_one_language(
    languages: str, begin: str, expected: list[tuple[str, int]], main: str
) -> None:
    found, follower = follow(languages, begin)
    assert found == expected
    assert follower.main == main
    assert follower.doubts == []


def test_a_clip_ends_before_what_may_be_another_language_which_the_next_one_hears_more_of() -> None:
    found, _ = follow("en en en en id? id id id id", "en")
    assert found == [("en", 4), ("id", 5)]


def test_the_end_of_a_clip_that_is_clear_by_itself_is_left_to_it() -> None:
    speech = said(9)
    listener = Listener("en en en en cy? en en en en", alone={4: "en"})
    follower = LanguageFollower(speech, listener, "en", is_fixed=False)
    clip = (0.0, 5 * SENTENCE_S)
    assert follower.part_of(clip) == clip
    assert list(dict.fromkeys(map(sentences, listener.clips))) == [(0, 5), (4, 5)]


def test_a_language_that_was_asked_for_is_kept_and_another_one_told() -> None:
    found, follower = follow("en en id id en", "en", is_fixed=True)
    assert found == [("en", 5)]
    assert [sentences(span) for span in follower.doubts] == [(2, 4)]


def test_what_is_not_doubtful_by_itself_is_not_told() -> None:
    speech = said(5)
    follower = LanguageFollower(speech, Listener("en en hu en en", alone={2: "en"}), "en", is_fixed=True)
    follower.part_of((0.0, speech.duration_s))
    assert follower.doubts == []


class TestAModelForEnglish:
    @pytest.mark.parametrize(
        ("words_in_second", "probability", "is_aligned", "is_english", "asked", "told"),
        [
            (8, 0.95, True, False, [], []),  # what is written looks like English, so nothing is asked
            (1, 0.95, True, False, [(1, 2)], [(1, 2)]),  # hardly a word
            (8, 0.3, True, False, [(1, 2)], [(1, 2)]),  # improbable ones
            (1, 0.95, True, True, [(1, 2)], []),  # somebody speaks slowly
            (0, 0.0, False, False, [(0, 3)], [(0, 3)]),  # a model that can't align its words
        ],
    )
    def test_is_asked_only_where_what_it_wrote_does_not_look_like_english(
        self,
        words_in_second: int,
        probability: float,
        is_aligned: bool,
        is_english: bool,
        asked: list[tuple[int, int]],
        told: list[tuple[int, int]],
    ) -> None:
        parts: list[tuple[int, int]] = []

        def listens(clip: Span, part: Span) -> bool:
            parts.append(sentences(part))
            return is_english

        speech = said(3)
        watch = EnglishWatch(speech, "en", listens)
        counts = (8, words_in_second, 8) if is_aligned else (0, 0, 0)
        words = [
            Word(
                number * SENTENCE_S + at / 2,
                number * SENTENCE_S + at / 2 + 0.4,
                "so",
                probability if number == 1 else 0.95,
            )
            for number, count in enumerate(counts)
            for at in range(count)
        ]
        clip = (0.0, speech.duration_s)
        assert watch.part_of(clip) == clip
        watch.check(clip, clip[1], words, is_aligned=is_aligned)
        assert parts == asked
        assert [sentences(span) for span in watch.doubts] == told
