"""What the engine process decides about languages with a model for many; a stand-in, as none is installed."""

from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
from faster_whisper import WhisperModel

from core.providers.on_device.whisper import Language, OtherLanguageHeard, Speech, Whisper, WhisperOptions, find_speech
from tests.integration.providers.recordings import beckett, chunk


class ModelForMany:
    """The few things of WhisperModel that choosing a language and a task needs."""

    supported_languages = ("en", "id", "de")
    model = SimpleNamespace(is_multilingual=True)

    def detect_language(self, samples: object, *, language_detection_segments: int) -> tuple[str, float, list[object]]:
        return "id", 0.9, []

    def __init__(self) -> None:
        self.asked: dict[str, object] = {}

    def transcribe(self, samples: object, **asked: object) -> tuple[list[object], None]:
        self.asked = asked
        return [], None


@pytest.fixture
def model() -> ModelForMany:
    return ModelForMany()


@pytest.fixture
def whisper(model: ModelForMany) -> Whisper:
    return Whisper(cast("WhisperModel", model))


SPEECH = Speech(np.zeros(32000, np.float32), [{"start": 0, "end": 32000}])
SILENCE = Speech(np.zeros(0, np.float32), [])


def test_the_language_is_recognised(whisper: Whisper) -> None:
    assert whisper.identify(SPEECH) == Language("id", 0.9)
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
    assert not list(whisper.transcribe(SPEECH, language, WhisperOptions(to_english=to_english), lambda: False))
    assert model.asked["task"] == task
    assert model.asked["language"] == language


def test_a_temperature_is_where_guessing_begins(whisper: Whisper, model: ModelForMany) -> None:
    for temperature, ladder in [(0.0, (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)), (0.5, (0.5, 0.6, 0.8, 1.0)), (1.0, (1.0,))]:
        assert not list(whisper.transcribe(SPEECH, "en", WhisperOptions(temperature=temperature), lambda: False))
        assert model.asked["temperature"] == ladder


def test_every_window_is_read_with_the_vocabulary(whisper: Whisper, model: ModelForMany) -> None:
    for vocabulary, hotwords in [("Notula, Telethon", "Notula, Telethon"), ("", None)]:
        assert not list(whisper.transcribe(SPEECH, "en", WhisperOptions(vocabulary=vocabulary), lambda: False))
        assert model.asked["hotwords"] == hotwords


def test_in_silence_nothing_is_asked_of_the_model(whisper: Whisper, model: ModelForMany) -> None:
    assert not list(whisper.transcribe(SILENCE, "en", WhisperOptions(vocabulary="Notula"), lambda: False))
    assert not model.asked


def test_speech_is_found_where_it_is() -> None:
    quiet = np.zeros(16000 * 5, np.float32)
    speech = find_speech(chunk(np.concatenate([quiet, beckett(), quiet])).data)
    assert speech.regions[0]["start"] / 16000 == pytest.approx(5.5, abs=1.0)
    assert speech.regions[-1]["end"] / 16000 < 16
    assert sum(len(window) for window in speech.windows(2)) == len(speech.samples)
