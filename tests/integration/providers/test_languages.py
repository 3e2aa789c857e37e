"""The language check of English-only models, on speech that it must let pass and speech that it must refuse.

Measured once on more than is run here, with tiny.en (int8); "untold" means under 1.5 s of speech, which passes. The
last columns are the lowest and highest median log-probability of the random readings; the limit is -2.1.

| speech                                   | passed | refused | untold | lowest | highest |
| 26 English clips                         |     26 |       0 |      0 |  -0.59 |   -0.03 |
| with noise at 15 dB                      |     26 |       0 |      0 |  -0.66 |   -0.04 |
| with noise at 10 dB                      |     26 |       0 |      0 |  -1.42 |   -0.07 |
| only 300 to 3400 Hz                      |     25 |       0 |      1 |  -1.32 |   -0.04 |
| at a twentieth of the volume             |     26 |       0 |      0 |  -0.58 |   -0.03 |
| only the first 2 s                       |     24 |       0 |      2 |  -1.07 |   -0.03 |
| only the first 3 s                       |     26 |       0 |      0 |  -1.30 |   -0.03 |
| espeak-ng, English voices                |     11 |       0 |      0 |  -1.68 |   -0.19 |
| with noise at 15 dB (the Scottish robot) |     10 |       1 |      0 |  -2.59 |   -0.45 |
| real Indonesian, five variants           |      0 |       5 |      0 |  -3.43 |   -3.18 |
| espeak-ng in de es fr id it ms nl pt ru  |      0 |      54 |      0 |  -4.70 |   -2.67 |
| some of them with noise at 15 dB         |      0 |      17 |      0 |  -4.18 |   -2.60 |
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from core.domain import TranscriptionOptions
from core.domain.errors import OtherLanguage
from core.providers import LanguageGuess, OnDeviceProvider
from core.providers.on_device.whisper.language_check import sounds_english
from tests.integration.providers.recordings import (
    TESTDATA,
    Samples,
    as_on_the_phone,
    at_usual_level,
    chunk,
    indonesian,
    load,
    noisy,
    synthetic,
)
from tests.property_examples import every_place

pytestmark = pytest.mark.asyncio(loop_scope="package")

CLIPS = ("jfk.flac", "goforward.wav", "fleurs1.wav", "LJ001-0007.flac")

DEGRADED: dict[str, Callable[[Samples], Samples]] = {
    "with noise at 10 dB": lambda samples: noisy(samples, 10),
    "on the phone": as_on_the_phone,
    "at a twentieth of the volume": lambda samples: samples * 0.05,
}

SENTENCES = {
    "id": "Kemarin sore saya pergi ke pasar bersama ibu untuk membeli sayur dan ikan.",
    "de": "Gestern Nachmittag bin ich mit meiner Mutter auf den Markt gegangen, um Gemüse zu kaufen.",
    "es": "Ayer por la tarde fui al mercado con mi madre para comprar verduras y pescado.",
    "fr": "Hier après-midi je suis allé au marché avec ma mère pour acheter des légumes.",
    "ru": "Вчера днём я ходил на рынок с мамой, чтобы купить овощи и рыбу.",  # noqa: RUF001
}


BAD_RECORDINGS = [
    (clip, how)
    for row, clip in enumerate(CLIPS)
    for column, how in enumerate(DEGRADED)
    if (row + column) % every_place(len(DEGRADED)) == 0
]
"""Each clip in one way, and every way; each in all ways where a search was asked for."""


@pytest.mark.parametrize(("clip", "how"), BAD_RECORDINGS)
async def test_bad_recordings_of_english_pass(provider: OnDeviceProvider, clip: str, how: str) -> None:
    samples = DEGRADED[how](at_usual_level(load(TESTDATA / "en" / clip)))
    guess = await provider.identify_language(chunk(samples), TranscriptionOptions())
    assert guess in (LanguageGuess("en", 1.0, is_for_all=True), None)


@pytest.mark.parametrize("how", DEGRADED)
async def test_bad_recordings_of_indonesian_are_refused(provider: OnDeviceProvider, how: str) -> None:
    with pytest.raises(OtherLanguage):
        await provider.identify_language(chunk(DEGRADED[how](at_usual_level(indonesian()))), TranscriptionOptions())


@pytest.mark.parametrize("language", SENTENCES)
async def test_other_languages_are_refused(provider: OnDeviceProvider, language: str, tmp_path: Path) -> None:
    samples = synthetic(language, SENTENCES[language], tmp_path)
    with pytest.raises(OtherLanguage):
        await provider.identify_language(chunk(samples), TranscriptionOptions())


async def test_synthetic_english_passes(provider: OnDeviceProvider, tmp_path: Path) -> None:
    samples = synthetic("en", "Yesterday afternoon I went to the market with my mother to buy vegetables.", tmp_path)
    assert await provider.identify_language(chunk(samples), TranscriptionOptions()) == LanguageGuess(
        "en", 1.0, is_for_all=True
    )


@pytest.mark.parametrize(
    ("first", "more", "english"),
    [
        ([-0.2, -0.4, -0.3, -0.5, -6.0], None, True),  # clear, whatever one reading says
        ([-1.1, -1.2, -0.9, -1.3, -1.5], [-1.4] * 15, True),  # unclear, but English
        ([-1.1, -1.2, -0.9, -1.3, -1.5], [-3.0] * 15, False),  # the first were luck
        ([-0.1, -0.1, -2.5, -2.6, -3.0], [-2.8] * 15, False),  # two loops among guesses
    ],
)
async def test_the_rule(first: list[float], more: list[float] | None, english: bool) -> None:
    readings = [first, more]
    assert sounds_english(lambda count: readings.pop(0) or pytest.fail(f"{count} more readings asked for")) is english
