"""What the on-device provider says of itself."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.domain import AudioFormat, SpeechChunk, TranscriptionOptions
from core.domain.device import GRAPHICS_CARD, PROCESSOR, Device
from core.domain.errors import (
    EngineNotInstalled,
    ModelCorrupt,
    ModelLacksLanguage,
    MultilingualModelMissing,
    OtherLanguage,
)
from core.domain.language_table import WHISPER_LANGUAGES
from core.providers import ModelLibrary, OnDeviceProvider
from core.providers.on_device.engines.pool import EngineRuntime
from core.providers.on_device.models.catalogue import BUNDLED_MODEL, CATALOGUE
from core.providers.on_device.models.files import ModelFiles
from core.system.child_process import Frame


def test_every_model_is_offered_with_its_languages(tmp_path: Path) -> None:
    capabilities = OnDeviceProvider(ModelLibrary(tmp_path), children=1).capabilities
    assert [offered.name for offered in capabilities.models] == ["auto", *(model.name for model in CATALOGUE)]
    languages = {offered.name: offered.languages for offered in capabilities.models}
    assert languages["tiny.en"] == {"en"}
    assert languages["small"] == WHISPER_LANGUAGES
    assert capabilities.models[1].name == BUNDLED_MODEL
    assert capabilities.translates_to_english
    assert capabilities.takes_vocabulary


def test_the_models_for_many_languages_but_turbo_translate() -> None:
    translating = {model.name for model in CATALOGUE if model.translates}
    assert translating == {model.name for model in CATALOGUE if not model.english_only} - {"large-v3-turbo"}


def test_larger_models_take_more_memory_but_less_than_their_files_and_an_engine() -> None:
    by_size = sorted(CATALOGUE, key=lambda model: model.size_bytes)
    needs = [model.memory_bytes for model in by_size]
    assert needs == sorted(needs)
    assert 400_000_000 < needs[0] < 700_000_000
    assert 2_000_000_000 < needs[-1] < 3_500_000_000


@pytest.mark.parametrize(
    ("device", "told"),
    [
        (Device(PROCESSOR, "int8_float32", 4), "CPU (4 threads, int8_float32)"),
        (Device(PROCESSOR, "int8_float32", 1), "CPU (1 thread, int8_float32)"),
        (Device(GRAPHICS_CARD, "float16"), "CUDA (float16)"),
    ],
)
def test_a_device_is_told_in_a_line(device: Device, told: str) -> None:
    assert str(device) == told


async def test_without_the_engine_nothing_is_started_and_what_to_install_is_said(tmp_path: Path) -> None:
    provider = OnDeviceProvider(ModelLibrary(tmp_path), children=1, runtime=EngineRuntime(is_installed=lambda: False))
    assert not provider.capabilities.is_installed
    chunk = SpeechChunk.of_pcm(0, 0.0, bytes(3200))
    options = TranscriptionOptions(provider="on-device", model=BUNDLED_MODEL)
    for attempt in (
        provider.transcribe(chunk, options, lambda segment: None),
        provider.identify_language(chunk, options),
        provider.warm_up(BUNDLED_MODEL),
    ):
        with pytest.raises(EngineNotInstalled, match=r'pip install "\.\[device\]"'):
            await attempt
    assert provider.engine_pids == ()
    await provider.close()


class Heard:
    """Stands for the engines: what each model hears, by its name; a code with its probability, or no English.

    `foreign` is where the model for English reads something else, `noisy` where noise may be all that it is, `others`
    what the multilingual one hears beside.
    """

    def __init__(self, **heard: tuple[str | None, float] | None) -> None:
        self._heard = {name.replace("_", "."): what for name, what in heard.items()}
        self.foreign: list[list[float]] = []
        self.noisy: list[list[float]] = []
        self.others: list[str] = []
        self.known: list[object] = []
        self.asked: list[tuple[str, str]] = []

    async def ask(
        self, model: ModelFiles, request: Mapping[str, object], chunk: SpeechChunk, *callbacks: object
    ) -> Frame:
        self.asked.append((model.name, str(request["kind"])))
        if request["kind"] == "transcribe":
            self.known.append(request["known"])
            foreign = self.foreign if model.english_only else []
            done = {"kind": "done", "language": request["language"] or "en", "unwritten": []}
            return Frame({**done, "other_language": foreign, "noisy": self.noisy if model.english_only else []})
        heard = self._heard[model.name]
        if heard is None:
            raise OtherLanguage(model=model.name)
        code, probability = heard
        others = self.others if request["thorough"] else []
        found = {"kind": "language", "code": code, "probability": probability, "likely": [["en", 0.05]]}
        return Frame({**found, "others": others})


def provider_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, models: str, heard: Heard, damaged: str = ""
) -> tuple[OnDeviceProvider, TranscriptionOptions]:
    library = ModelLibrary(tmp_path, bundled=())
    for name in models.split():
        (tmp_path / name).mkdir()

    async def locate(name: str) -> ModelFiles:
        english_only = name.endswith(".en")
        if name in damaged.split():
            raise ModelCorrupt(model=name, file="model.bin")
        return ModelFiles(name, tmp_path / name, english_only, not english_only, 0, LANGUAGES[name])

    monkeypatch.setattr(library, "locate", locate)
    provider = OnDeviceProvider(library, children=1, runtime=EngineRuntime(is_installed=lambda: True))
    monkeypatch.setattr(provider, "_ask", heard.ask)
    return provider, TranscriptionOptions(model="auto")


async def sound(name: str) -> ModelFiles:
    return ModelFiles(name, Path(name), name.endswith(".en"), not name.endswith(".en"), 0)


LANGUAGES = {model.name: model.languages for model in CATALOGUE}
SPEECH = SpeechChunk(0, 0.0, 30.0, b"", AudioFormat.PCM)
NOTE = SpeechChunk(0, 0.0, 1.4, b"", AudioFormat.PCM)


async def made(provider: OnDeviceProvider, options: TranscriptionOptions, chunk: SpeechChunk) -> tuple[str, str]:
    transcript = await provider.transcribe(chunk, options, lambda segment: None)
    return transcript.language, transcript.model


@pytest.mark.parametrize(
    ("heard", "chunk", "expected", "models"),
    [
        (Heard(tiny_en=("en", 1.0)), SPEECH, ("en", "tiny.en"), ["tiny.en", "tiny.en"]),
        (Heard(tiny_en=None, base=("id", 0.4)), SPEECH, ("id", "base"), ["tiny.en", "base", "base"]),
        (Heard(tiny_en=None, base=("en", 0.4)), SPEECH, ("en", "tiny.en"), ["tiny.en", "base", "tiny.en"]),
        (Heard(tiny_en=(None, 0.0)), SPEECH, ("en", "tiny.en"), ["tiny.en", "tiny.en"]),
        (Heard(tiny_en=("en", 0.5), base=("id", 0.4)), SPEECH, ("id", "base"), ["tiny.en", "base", "base"]),
        (Heard(tiny_en=("en", 0.5), base=("en", 0.4)), SPEECH, ("en", "tiny.en"), ["tiny.en", "base", "tiny.en"]),
        (Heard(tiny_en=(None, 0.0), base=("id", 0.23)), NOTE, ("id", "base"), ["tiny.en", "base", "base"]),
        (Heard(tiny_en=(None, 0.0), base=("cy", 0.07)), NOTE, ("en", "tiny.en"), ["tiny.en", "base", "tiny.en"]),
    ],
)
async def test_what_does_not_sound_like_english_is_heard_by_the_multilingual_model(
    heard: Heard,
    chunk: SpeechChunk,
    expected: tuple[str, str],
    models: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    provider, options = provider_with(tmp_path, monkeypatch, "tiny.en base", heard)
    assert await made(provider, options, chunk) == expected
    assert [name for name, _ in heard.asked] == models


FOREIGN = [[12.0, 20.0]]


@pytest.mark.parametrize(
    ("others", "expected", "told", "models"),
    [
        (["id"], ("en", "base"), (), "tiny.en base base"),
        ([], ("en", "tiny.en"), (), "tiny.en base"),  # English after all
    ],
)
async def test_what_the_model_for_english_can_not_have_understood_is_read_by_the_multilingual_one(
    others: list[str],
    expected: tuple[str, str],
    told: tuple[object, ...],
    models: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard = Heard(base=("en", 0.9))
    heard.foreign, heard.others = FOREIGN, others
    provider, options = provider_with(tmp_path, monkeypatch, "tiny.en base", heard)
    recognised = replace(options, language="en", heard=("en",))
    transcript = await provider.transcribe(SPEECH, recognised, lambda segment: None)
    assert (transcript.language, transcript.model) == expected
    assert transcript.other_language == told
    assert [name for name, _ in heard.asked] == models.split()
    assert heard.known[-1] == ["en", *others]


@pytest.mark.parametrize(
    ("models", "changes"),
    [
        ("tiny.en base", {"language": "en"}),  # asked for by a person
        ("tiny.en", {"language": "en", "heard": ("en",)}),  # nobody knows better
        ("tiny.en base", {"language": "en", "heard": ("en",), "model": "tiny.en"}),
    ],
)
async def test_where_no_other_model_is_to_be_asked_another_language_is_told(
    models: str, changes: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = Heard()
    heard.foreign = FOREIGN
    provider, options = provider_with(tmp_path, monkeypatch, models, heard)
    transcript = await provider.transcribe(SPEECH, replace(options, **changes), lambda segment: None)
    assert (transcript.language, transcript.model) == ("en", "tiny.en")
    assert transcript.other_language == ((12.0, 20.0),)
    assert [name for name, _ in heard.asked] == ["tiny.en"]


@pytest.mark.parametrize(("others", "expected"), [(["id"], ("en", "base")), ([], ("en", "tiny.en"))])
async def test_what_may_be_another_language_in_noise_is_heard_by_the_multilingual_model_too(
    others: list[str],
    expected: tuple[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard = Heard(base=("en", 0.9))
    heard.noisy, heard.others = FOREIGN, others
    provider, options = provider_with(tmp_path, monkeypatch, "tiny.en base", heard)
    recognised = replace(options, language="en", heard=("en",))
    transcript = await provider.transcribe(SPEECH, recognised, lambda segment: None)
    assert (transcript.language, transcript.model) == expected
    assert (transcript.other_language, transcript.noisy) == ((), ())


async def test_a_chunk_in_two_languages_is_read_by_the_model_that_knows_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = Heard(tiny_en=("en", 0.5), base=("en", 0.6))
    heard.others = ["id"]
    provider, options = provider_with(tmp_path, monkeypatch, "tiny.en base", heard)
    guess = await provider.identify_language(SPEECH, options)
    assert guess is not None
    assert guess.languages == ("en", "id")
    assert await made(provider, replace(options, language="en", heard=guess.languages), SPEECH) == ("en", "base")


async def test_one_model_that_is_better_at_all_languages_does_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = Heard(small=("en", 0.9))
    provider, options = provider_with(tmp_path, monkeypatch, "tiny.en small", heard)
    assert await made(provider, options, SPEECH) == ("en", "small")
    assert {name for name, _ in heard.asked} == {"small"}


async def test_without_a_multilingual_model_one_is_offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    provider, options = provider_with(tmp_path, monkeypatch, "tiny.en", Heard(tiny_en=None))
    with pytest.raises(MultilingualModelMissing, match=r"base \(147 MB\) for 99 languages"):
        await provider.identify_language(SPEECH, options)
    with pytest.raises(MultilingualModelMissing):
        await made(provider, replace(options, language="id"), SPEECH)
    assert (await made(provider, replace(options, language="en"), SPEECH)) == ("en", "tiny.en")


async def test_a_model_that_is_named_is_used_for_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    provider, options = provider_with(tmp_path, monkeypatch, "tiny.en base", Heard(tiny_en=None))
    with pytest.raises(OtherLanguage):
        await provider.identify_language(SPEECH, replace(options, model="tiny.en"))
    assert await made(provider, replace(options, model="base", language="en"), SPEECH) == ("en", "base")


async def test_a_recording_keeps_its_models_whatever_comes_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider, options = provider_with(tmp_path, monkeypatch, "tiny.en base", Heard())
    version = provider.capabilities.models[0].version
    (tmp_path / "small").mkdir()
    await provider.refresh()
    assert provider.capabilities.models[0].version != version
    begun = replace(options, language="id", model_version=version)
    assert await made(provider, begun, SPEECH) == ("id", "base")
    assert await made(provider, replace(options, language="id"), SPEECH) == ("id", "small")


async def test_a_language_that_a_model_does_not_know_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    provider, options = provider_with(tmp_path, monkeypatch, "base", Heard())
    with pytest.raises(ModelLacksLanguage, match="base doesn't know the language Zulu"):
        await made(provider, replace(options, model="base", language="zu"), SPEECH)


class TestAModelThatIsDamaged:
    async def test_is_told_and_left_out_from_then_on(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        heard = Heard(tiny_en=None, base=("id", 0.9))
        provider, options = provider_with(tmp_path, monkeypatch, "tiny.en base small", heard, damaged="small")
        with pytest.raises(ModelCorrupt, match="small"):
            await made(provider, options, SPEECH)
        await provider.refresh()
        assert await made(provider, options, SPEECH) == ("id", "base")
        assert [str(notice) for notice in provider.notices] == [str(ModelCorrupt(model="small", file="model.bin"))]

    async def test_is_used_once_it_is_mended(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        heard = Heard(small=("id", 0.9), base=("id", 0.9))
        provider, options = provider_with(tmp_path, monkeypatch, "base small", heard, damaged="small")
        with pytest.raises(ModelCorrupt):
            await made(provider, options, SPEECH)
        monkeypatch.setattr(provider._library, "locate", sound)
        await provider.refresh()
        assert await made(provider, options, SPEECH) == ("id", "small")
        assert provider.notices == ()

    async def test_costs_no_english_note(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        heard = Heard(tiny_en=(None, 0.0))
        provider, options = provider_with(tmp_path, monkeypatch, "tiny.en base", heard, damaged="base")
        assert await made(provider, options, NOTE) == ("en", "tiny.en")
        assert [notice.values["model"] for notice in provider.notices] == ["base"]

    async def test_is_named_where_it_is_the_only_one(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        provider, options = provider_with(tmp_path, monkeypatch, "tiny.en base", Heard(tiny_en=None), damaged="base")
        for _ in range(2):
            with pytest.raises(ModelCorrupt, match="base"):
                await made(provider, options, SPEECH)
            await provider.refresh()


async def test_what_is_offered_is_put_together_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    provider, _ = provider_with(tmp_path, monkeypatch, "base", Heard())
    assert provider.capabilities is provider.capabilities
