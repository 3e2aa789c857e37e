"""What the engine process decides about languages with a model for many; a stand-in, as none is installed."""

from collections.abc import Sequence
from functools import cache
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
from faster_whisper.vad import VadOptions, get_speech_timestamps

from core.domain.speech import SAMPLE_RATE_HZ
from core.providers.on_device.whisper.aligning_model import AligningModel
from core.providers.on_device.whisper.language_watch import EnglishWatch, LanguageWatch
from core.providers.on_device.whisper.speech_detection import Speech, find_speech
from core.providers.on_device.whisper.speech_probability import speech_probabilities, utterances_in
from core.providers.on_device.whisper.transcriber import Language, OtherLanguageHeard, Whisper, WhisperOptions
from tests.integration.providers.recordings import Samples, as_on_the_phone, beckett, chunk, noisy, two_cities


class ModelForMany:
    """The few things of WhisperModel that choosing a language and a task needs."""

    supported_languages = ("en", "id", "de")
    model = SimpleNamespace(is_multilingual=True)

    def languages_in(self, samples: object, spans: Sequence[object]) -> list[dict[str, float]]:
        return [{"id": 0.9, "en": 0.1}] * len(spans)

    def __init__(self) -> None:
        self.asked: dict[str, object] = {}

    def transcribe_aligned(self, samples: object, offset_s: float, **asked: object) -> list[object]:
        self.asked = asked
        return []


@pytest.fixture
def model() -> ModelForMany:
    return ModelForMany()


@pytest.fixture
def whisper(model: ModelForMany) -> Whisper:
    return Whisper(cast("AligningModel", model))


SPEECH = Speech(np.zeros(32000, np.float32), [{"start": 0, "end": 32000}])
SILENCE = Speech(np.zeros(0, np.float32), [])


def fixed(language: str) -> LanguageWatch:
    return EnglishWatch(SPEECH, language, lambda clip, part: True)


def test_the_language_is_recognised(whisper: Whisper) -> None:
    assert whisper.identify(SPEECH) == Language("id", 0.9, (("id", 0.9), ("en", 0.1)))
    assert whisper.language_for(None, SPEECH) == "id"


def test_in_silence_there_is_none(whisper: Whisper) -> None:
    assert whisper.identify(SILENCE) is None
    assert whisper.language_for(None, SILENCE) == "en"


def test_a_named_language_is_used(whisper: Whisper) -> None:
    assert whisper.language_for("de", SPEECH) == "de"


def test_a_language_that_the_model_does_not_know_is_recognised_instead(whisper: Whisper) -> None:
    assert whisper.language_for("xx", SPEECH) == "id"


def test_a_model_for_english_refuses_another(whisper: Whisper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ModelForMany, "model", SimpleNamespace(is_multilingual=False))
    with pytest.raises(OtherLanguageHeard):
        whisper.language_for("de", SPEECH)


@pytest.mark.parametrize(
    ("language", "to_english", "task"),
    [("id", True, "translate"), ("id", False, "transcribe"), ("en", True, "transcribe")],
)
def test_what_is_english_already_is_not_translated(
    whisper: Whisper, model: ModelForMany, language: str, to_english: bool, task: str
) -> None:
    assert not list(whisper.transcribe(SPEECH, fixed(language), WhisperOptions(to_english=to_english), lambda: False))
    assert model.asked["task"] == task
    assert model.asked["language"] == language


def test_a_temperature_is_where_guessing_begins(whisper: Whisper, model: ModelForMany) -> None:
    for temperature, ladder in [(0.0, (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)), (0.5, (0.5, 0.6, 0.8, 1.0)), (1.0, (1.0,))]:
        options = WhisperOptions(temperature=temperature)
        assert not list(whisper.transcribe(SPEECH, fixed("en"), options, lambda: False))
        assert model.asked["temperature"] == ladder


def test_every_window_is_read_with_the_vocabulary(whisper: Whisper, model: ModelForMany) -> None:
    for vocabulary, hotwords in [("Notula, Telethon", "Notula, Telethon"), ("", None)]:
        options = WhisperOptions(vocabulary=vocabulary)
        assert not list(whisper.transcribe(SPEECH, fixed("en"), options, lambda: False))
        assert model.asked["hotwords"] == hotwords


def test_in_silence_nothing_is_asked_of_the_model(whisper: Whisper, model: ModelForMany) -> None:
    assert not list(whisper.transcribe(SILENCE, fixed("en"), WhisperOptions(vocabulary="Notula"), lambda: False))
    assert not model.asked


def test_speech_is_found_where_it_is() -> None:
    quiet = np.zeros(16000 * 5, np.float32)
    speech = find_speech(chunk(np.concatenate([quiet, beckett(), quiet])).data)
    assert speech.regions[0]["start"] / 16000 == pytest.approx(5.5, abs=1.0)
    assert speech.regions[-1]["end"] / 16000 < 16
    assert sum(len(window) for window in speech.windows(2)) == len(speech.samples)


def found_s(samples: Samples) -> float:
    """How many seconds of it are taken for speech."""
    return sum(one["end"] - one["start"] for one in find_speech(chunk(samples).data).utterances) / SAMPLE_RATE_HZ


@cache
def found_in_two_cities_s() -> float:
    return found_s(two_cities())


@cache
def found_in_beckett_s() -> float:
    return found_s(beckett())


@pytest.mark.parametrize("loudness", [1.0, 0.2, 0.01])
def test_a_voice_without_its_fundamental_is_speech(loudness: float) -> None:
    whole = found_in_two_cities_s()
    assert whole > 30
    assert found_s(as_on_the_phone(two_cities()) * np.float32(loudness)) > 0.9 * whole
    assert found_s(noisy(as_on_the_phone(two_cities()), 20.0) * np.float32(loudness)) > 0.9 * whole


def test_where_speech_is_clear_it_is_found_as_silero_finds_it() -> None:
    samples = two_cities() * np.float32(0.3 / np.quantile(np.abs(two_cities()), 0.999))
    silero = get_speech_timestamps(samples, VadOptions(min_silence_duration_ms=200, speech_pad_ms=0))
    found = utterances_in(speech_probabilities(samples).tolist(), len(samples), SAMPLE_RATE_HZ // 5)
    assert found == [(one["start"], one["end"]) for one in silero]


def found_between_loud_speech_s(samples: Samples) -> float:
    """How many seconds are taken for speech, with somebody loud before and behind and a second's pause to either."""
    loud, pause = two_cities()[: 8 * SAMPLE_RATE_HZ], np.zeros(SAMPLE_RATE_HZ, np.float32)
    loud = loud * np.float32(0.5 / np.abs(loud).max())
    found = find_speech(chunk(np.concatenate([loud, pause, samples, pause, loud])).data).utterances
    start, end = len(loud) + len(pause), len(loud) + len(pause) + len(samples)
    return sum(max(0, min(one["end"], end) - max(one["start"], start)) for one in found) / SAMPLE_RATE_HZ


@pytest.mark.parametrize("share", [1.0, 0.1, 0.01])
def test_a_voice_is_found_however_loud_others_are_beside_it(share: float) -> None:
    alone = found_in_beckett_s()
    assert alone > 4
    quiet = beckett() * np.float32(share * 0.5 / np.abs(beckett()).max())
    assert found_between_loud_speech_s(quiet) > 0.9 * alone


NO_VOICES = ("white noise", "wind", "hum", "beeps", "dialling", "coughs", "melody")


@cache
def sounds() -> dict[str, Samples]:
    at = np.arange(20 * SAMPLE_RATE_HZ, dtype=np.float64) / SAMPLE_RATE_HZ
    white = np.random.default_rng(1).normal(0, 1, len(at))
    spectrum = np.fft.rfft(white) / np.maximum(np.fft.rfftfreq(len(at), 1 / SAMPLE_RATE_HZ), 20)
    wind = np.fft.irfft(spectrum, len(at)) * (1 + 0.7 * np.sin(2 * np.pi * 0.3 * at))
    number = (at / 0.3).astype(int)
    low, high = np.array([697, 770, 852, 941])[number % 4], np.array([1209, 1336, 1477])[number % 3]
    notes = np.array([220.0, 277.2, 329.6, 440.0, 392.0, 329.6])[(at / 0.4).astype(int) % 6]
    melody = sum(np.sin(2 * np.pi * np.cumsum(notes * k) / SAMPLE_RATE_HZ) / k for k in (1, 2, 3, 5))
    made = {
        "white noise": white,
        "wind": wind,
        "hum": sum(np.sin(2 * np.pi * 50 * k * at) / k for k in (1, 2, 3, 5)),
        "beeps": np.sin(2 * np.pi * 1000 * at) * (at % 1 < 0.2),
        "dialling": (np.sin(2 * np.pi * low * at) + np.sin(2 * np.pi * high * at)) * (at % 0.3 < 0.2),
        "coughs": white * np.exp(-(at % 2) / 0.06),
        "melody": melody * (1 - (at % 0.4) / 0.4),
    }
    return {name: (0.3 * sound / np.abs(sound).max()).astype(np.float32) for name, sound in made.items()}


@pytest.mark.parametrize("name", NO_VOICES)
def test_what_is_no_voice_is_no_speech_on_the_phone_either(name: str) -> None:
    sound = sounds()[name]
    for loudness in (1.0, 0.1, 0.01):
        assert found_s(sound * np.float32(loudness)) < 0.3
        assert found_s(as_on_the_phone(sound) * np.float32(loudness)) < 0.3


@pytest.mark.parametrize("name", NO_VOICES)
def test_what_is_no_voice_is_no_speech_in_the_pauses_of_loud_speech_either(name: str) -> None:
    sound = sounds()[name]
    for loudness in (0.1, 0.01):
        assert found_between_loud_speech_s(sound * np.float32(loudness)) < 0.3
