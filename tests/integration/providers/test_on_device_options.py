"""What may be asked of the engine, with the bundled model."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.domain import Segment, TranscriptionOptions
from core.domain.errors import ModelCannotTranslate, OtherLanguage
from core.domain.speech import SAMPLE_RATE_HZ
from core.providers import ChunkTranscript, ModelLibrary, OnDeviceProvider
from core.providers.on_device.models.bundled import bundled_model_folder
from core.providers.on_device.models.catalogue import BUNDLED_MODEL, CATALOGUE
from tests.integration.providers.recordings import beckett, chunk, indonesian, synthetic, text_of

pytestmark = pytest.mark.asyncio(loop_scope="package")

ENGLISH = TranscriptionOptions(language="en")
VOCABULARY = ("Notula", "Deepgram", "Yogyakarta", "Telethon", "Xyloquent", "speaches")


def ignore(segment: Segment) -> None:
    """A segment that nobody looks at."""


class TestVocabulary:
    async def test_words_that_nobody_knows_are_heard(self, provider: OnDeviceProvider, tmp_path: Path) -> None:
        samples = synthetic("en-gb", "The new release of Notula works with Telethon and with speaches.", tmp_path)
        without = await provider.transcribe(chunk(samples), ENGLISH, ignore)
        heard = await provider.transcribe(chunk(samples), replace(ENGLISH, vocabulary=VOCABULARY), ignore)
        assert "Telethon" not in text_of(without.segments)
        assert "Notula works with Telethon and with speaches" in text_of(heard.segments)

    async def test_what_is_not_said_is_not_heard(self, provider: OnDeviceProvider) -> None:
        options = replace(ENGLISH, vocabulary=VOCABULARY)
        heard = text_of((await provider.transcribe(chunk(beckett()), options, ignore)).segments)
        assert heard
        assert not [term for term in VOCABULARY if term.casefold() in heard.casefold()]

    @pytest.mark.parametrize("loudness", [0.0, 0.003, 0.1])
    async def test_silence_does_not_repeat_it(self, provider: OnDeviceProvider, loudness: float) -> None:
        samples = np.random.default_rng(1).normal(0, loudness, 20 * SAMPLE_RATE_HZ).astype(np.float32)
        options = replace(ENGLISH, vocabulary=VOCABULARY)
        assert (await provider.transcribe(chunk(samples), options, ignore)).segments == ()

    async def test_more_of_it_than_the_model_reads_does_no_harm(self, provider: OnDeviceProvider) -> None:
        options = replace(ENGLISH, vocabulary=tuple(f"Beckett{number}" for number in range(500)))
        heard = text_of((await provider.transcribe(chunk(beckett()), options, ignore)).segments)
        assert "fail better" in heard.casefold()


class TestEnglish:
    async def test_what_is_english_already_is_written_down(
        self, provider: OnDeviceProvider, heard_beckett: ChunkTranscript
    ) -> None:
        heard = await provider.transcribe(chunk(beckett()), replace(ENGLISH, to_english=True), ignore)
        assert heard == heard_beckett

    async def test_a_model_for_english_cannot_translate(self, provider: OnDeviceProvider) -> None:
        with pytest.raises(OtherLanguage):
            await provider.transcribe(chunk(indonesian()), TranscriptionOptions(to_english=True), ignore)

    async def test_a_model_that_cannot_translate_says_so_at_once(self, tmp_path: Path) -> None:
        (tiny,) = (model for model in CATALOGUE if model.name == BUNDLED_MODEL)
        (tmp_path / "turbo").symlink_to(bundled_model_folder() or "")
        library = ModelLibrary(tmp_path, models=(replace(tiny, name="turbo", english_only=False),))
        provider = OnDeviceProvider(library, children=1)
        options = TranscriptionOptions(model="turbo", language="id", to_english=True)
        with pytest.raises(ModelCannotTranslate, match="turbo can't translate"):
            await provider.transcribe(chunk(indonesian()), options, ignore)
        assert provider.device is None


async def test_a_temperature_lets_it_guess(provider: OnDeviceProvider) -> None:
    heard = await provider.transcribe(chunk(beckett()), replace(ENGLISH, temperature=0.4), ignore)
    assert "try again" in text_of(heard.segments).casefold()
