"""Which language each chunk of a recording is transcribed in."""

import pytest

from core.domain import AudioFormat, SpeechChunk
from core.pipeline.spoken_languages import SpokenLanguages
from core.providers import LanguageGuess

ENGLISH = LanguageGuess("en", 1.0)
INDONESIAN = LanguageGuess("id", 0.41, likely=(("id", 0.41), ("ms", 0.3), ("tl", 0.05), ("en", 0.01)))
MUSIC = LanguageGuess("cy", 0.2, likely=(("cy", 0.2), ("nn", 0.18), ("en", 0.15)))


def chunk(index: int) -> SpeechChunk:
    return SpeechChunk(index, index * 60.0, 60.0, b"", AudioFormat.PCM)


def heard(*guesses: LanguageGuess | None) -> SpokenLanguages:
    spoken = SpokenLanguages(None)
    for index, guess in enumerate(guesses):
        spoken.add(chunk(index), guess)
    return spoken


@pytest.mark.parametrize(
    ("guesses", "languages", "main"),
    [
        ((ENGLISH, ENGLISH, INDONESIAN, INDONESIAN), "en en id id", "en"),
        ((INDONESIAN, ENGLISH, ENGLISH), "id en en", "en"),
        ((MUSIC, ENGLISH, ENGLISH), "en en en", "en"),
        ((ENGLISH, MUSIC, ENGLISH), "en en en", "en"),
        ((ENGLISH, None, ENGLISH), "en en en", "en"),
        ((MUSIC,), "cy", "cy"),
        ((INDONESIAN,), "id", "id"),
    ],
)
def test_each_chunk_has_its_language_and_a_doubtful_one_that_of_the_others(
    guesses: tuple[LanguageGuess | None, ...], languages: str, main: str
) -> None:
    spoken = heard(*guesses)
    assert [spoken.of(chunk(index)) for index in range(len(guesses))] == languages.split()
    assert spoken.main == main


def test_each_chunk_has_the_languages_that_were_heard_in_it() -> None:
    both = LanguageGuess("en", 0.6, likely=(("en", 0.6), ("id", 0.3)), others=("id",))
    spoken = heard(ENGLISH, both, MUSIC, None)
    assert [spoken.heard_in(chunk(index)) for index in range(4)] == [("en",), ("en", "id"), ("en",), ("en",)]
    assert heard(None).heard_in(chunk(0)) == ()
    assert SpokenLanguages("id").heard_in(chunk(0)) is None, "a person has asked for it"


def test_a_doubtful_beginning_waits_for_what_follows() -> None:
    spoken = heard(MUSIC)
    assert spoken.decided(chunk(0)) == ()
    assert spoken.held == (chunk(0),)
    spoken.add(chunk(1), ENGLISH)
    assert spoken.decided(chunk(1)) == (chunk(0), chunk(1))
    assert spoken.held == ()
    assert heard(INDONESIAN).decided(chunk(0)) == (), "or Malay"
    assert heard(ENGLISH).decided(chunk(0)) == (chunk(0),)


def test_where_one_model_knows_one_language_or_one_was_asked_nothing_is_found_out() -> None:
    assert heard(LanguageGuess("en", 1.0, is_for_all=True)).is_settled
    asked = SpokenLanguages("id")
    assert asked.is_settled
    assert asked.of(chunk(7)) == "id"
    assert not heard(ENGLISH).is_settled
