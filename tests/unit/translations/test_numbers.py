"""Numbers in sentences, as each language writes them."""

from core.domain import TranslatableText
from core.i18n import Translator

ENGLISH, INDONESIAN = Translator("en"), Translator("id")


def test_the_decimal_separator_is_the_languages() -> None:
    assert ENGLISH("In {seconds} s", seconds=0.864) == "In 0.864 s"
    assert INDONESIAN("In {seconds} s", seconds=0.864) == "In 0,864 s"
    assert INDONESIAN.message(TranslatableText("In {seconds} s", {"seconds": 2.5})) == "In 2,5 s"
    assert INDONESIAN.decimal(1.04, 1) == "1,0"
    assert ENGLISH.decimal(25.0) == "25"


def test_whole_numbers_have_no_decimals() -> None:
    assert INDONESIAN("In {seconds} s", seconds=25.0) == "In 25 s"
    assert str(TranslatableText("In {seconds} s", {"seconds": 25.0})) == "In 25 s"


def test_names_and_times_keep_their_points() -> None:
    assert INDONESIAN("Open {name}", name="talk 1.5.wav").endswith("talk 1.5.wav")
