"""When a voice sounds like a remembered one."""

import math
from array import array

from hypothesis import given
from hypothesis import strategies as st

from core.voices import RememberedVoice, VoicePrint, suggested_names
from core.voices.remembered import likeness

MODEL, OTHER_MODEL = "ab" * 32, "cd" * 32


def voice(degrees: float, speech_s: float = 20.0, model: str = MODEL) -> VoicePrint:
    """A print whose likeness to another is the cosine of the angle between them."""
    angle = math.radians(degrees)
    return VoicePrint(array("f", [math.cos(angle), math.sin(angle)]).tobytes(), speech_s, model)


def remembered(name: str, print_: VoicePrint) -> RememberedVoice:
    return RememberedVoice(name, print_, 1.0)


def suggested(print_: VoicePrint, *known: RememberedVoice) -> str | None:
    return suggested_names({"Speaker 1": print_}, known).get("Speaker 1")


def test_a_voice_that_is_like_enough_is_suggested() -> None:
    assert suggested(voice(49), remembered("Ana", voice(0))) == "Ana"
    assert suggested(voice(50), remembered("Ana", voice(0))) is None
    assert suggested(voice(0)) is None


def test_of_two_that_are_nearly_as_like_neither_is() -> None:
    budi = remembered("Budi", voice(80))
    assert suggested(voice(30), remembered("Ana", voice(0)), budi) == "Ana"
    assert suggested(voice(38), remembered("Ana", voice(0)), budi) is None


def test_little_speech_says_nothing_on_either_side() -> None:
    assert suggested(voice(0, 9.9), remembered("Ana", voice(0))) is None
    assert suggested(voice(0), remembered("Ana", voice(0, 9.9))) is None


def test_prints_of_two_models_are_never_compared() -> None:
    assert suggested(voice(0), remembered("Ana", voice(0, model=OTHER_MODEL))) is None
    odd = VoicePrint(array("f", [1.0]).tobytes(), 20.0, MODEL)
    assert likeness(voice(0), odd) == likeness(VoicePrint(b"", 20.0, MODEL), odd) == 0.0


def test_of_two_speakers_like_one_voice_the_liker_has_its_name() -> None:
    voices = {"Speaker 1": voice(40), "Speaker 2": voice(5), "Speaker 3": voice(45)}
    assert suggested_names(voices, [remembered("Ana", voice(0))]) == {"Speaker 2": "Ana"}


@given(st.floats(0, 180), st.floats(0, 180))
def test_likeness_is_the_cosine(one: float, other: float) -> None:
    assert math.isclose(likeness(voice(one), voice(other)), math.cos(math.radians(one - other)), abs_tol=1e-6)


def test_a_print_is_in_nothing_that_is_written_down() -> None:
    assert "vector" not in repr(remembered("Ana", voice(0)))
