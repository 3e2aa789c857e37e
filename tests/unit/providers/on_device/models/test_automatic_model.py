"""Which models "auto" stands for."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from core.domain.device import GRAPHICS_CARD, PROCESSOR, Device
from core.domain.model import ModelState, ModelStatus, ModelUse, automatic_title
from core.providers.on_device.models.automatic_model import AutomaticModels, automatic_models
from core.providers.on_device.models.catalogue import CATALOGUE
from core.providers.on_device.models.speeds import ModelSpeeds

ONE_THREAD = Device(PROCESSOR, "int8", 1)


@dataclass(frozen=True)
class Case:
    here: str
    slow: str
    english: str
    others: str


@pytest.mark.parametrize(
    "case",
    [
        Case("tiny.en base", "", "tiny.en", "base"),
        Case("tiny.en", "", "tiny.en", ""),
        Case("tiny.en base.en base", "", "base.en", "base"),
        Case("tiny.en base small", "", "small", "small"),
        Case("tiny.en base small", "small", "tiny.en", "base"),
        Case("tiny.en base.en tiny", "", "base.en", "tiny"),
        Case("base", "", "base", "base"),
        Case("small medium", "small medium", "small", "small"),
        Case("tiny.en base small.en large-v3", "large-v3", "small.en", "base"),
        Case("", "", "", ""),
    ],
)
def test_the_best_model_here_that_keeps_up_is_used(case: Case) -> None:
    here = [model for model in CATALOGUE if model.name in case.here.split()]
    chosen = automatic_models(here, lambda model: 1.5 if model.name in case.slow.split() else 0.3)
    assert (chosen.english, chosen.others) == (case.english, case.others)
    assert AutomaticModels.of_version(chosen.version) == chosen


def test_what_cannot_translate_is_not_asked_to() -> None:
    here = [model for model in CATALOGUE if model.name in ("tiny.en", "small", "large-v3-turbo")]
    chosen = automatic_models(here, lambda model: 0.3)
    assert chosen.model_for("id") == "large-v3-turbo"
    assert chosen.model_for("id", to_english=True) == "small"


def test_another_choice_is_another_version() -> None:
    assert AutomaticModels("tiny.en", "base", "base").version != AutomaticModels("tiny.en", "small", "small").version


@pytest.mark.parametrize(
    ("english", "others", "title"),
    [
        ("tiny.en", "base", "Automatic (tiny.en for English, base for others)"),
        ("tiny.en", "", "Automatic (tiny.en, for English alone)"),
        ("small", "small", "Automatic (small)"),
        ("", "", "Automatic"),
    ],
)
def test_people_are_told_which_models_are_used(english: str, others: str, title: str) -> None:
    chosen = AutomaticModels(english, others)
    models = [
        ModelStatus(name, name.endswith(".en"), 1, ModelState.DOWNLOADED, automatic_for=chosen.uses_of(name))
        for name in ("tiny.en", "base", "small")
    ]
    assert str(automatic_title(models)) == title
    assert models[0].automatic_for == ((ModelUse.ENGLISH,) if english == "tiny.en" else ())


def test_a_speed_that_was_not_measured_is_estimated_from_the_nearest_size(tmp_path: Path) -> None:
    models = {model.name: model for model in CATALOGUE}
    speeds = ModelSpeeds(tmp_path / "models" / "speeds.json")
    assert speeds.real_time_factor(models["base"]) == pytest.approx(0.25, rel=0.02)
    assert speeds.real_time_factor(models["medium"]) > 1
    base = models["base"]
    assert not speeds.measured(ONE_THREAD, "base", base.size_bytes, 9.0, 9.0), "too short to tell"
    assert speeds.measured(ONE_THREAD, "base", base.size_bytes, 60.0, 6.0)
    speeds.write()
    assert not speeds.measured(ONE_THREAD, "base", base.size_bytes, 60.0, 6.1), "as it was"
    again = ModelSpeeds(tmp_path / "models" / "speeds.json")
    assert again.real_time_factor(base) == pytest.approx(0.1)
    small = models["small"]
    assert again.real_time_factor(small) == pytest.approx(0.1 * small.size_bytes / base.size_bytes)


class Clock:
    now_s = 1_000_000.0

    def __call__(self) -> float:
        return self.now_s


class TestAModelThatIsTooSlow:
    BASE, SMALL = (next(model for model in CATALOGUE if model.name == name) for name in ("base", "small"))

    def speeds(self, file: Path, clock: Clock, computer: str = "this") -> ModelSpeeds:
        return ModelSpeeds(file, computer, clock)

    def test_is_not_so_for_one_slow_chunk(self, tmp_path: Path) -> None:
        speeds = self.speeds(tmp_path / "speeds.json", Clock())
        speeds.measured(ONE_THREAD, "small", self.SMALL.size_bytes, 30.0, 90.0)
        assert speeds.real_time_factor(self.SMALL) < 1
        assert speeds.measured(ONE_THREAD, "small", self.SMALL.size_bytes, 30.0, 90.0), "worth writing"
        assert speeds.real_time_factor(self.SMALL) == pytest.approx(3.0)

    def test_is_tried_again_after_some_weeks(self, tmp_path: Path) -> None:
        clock = Clock()
        speeds = self.speeds(tmp_path / "speeds.json", clock)
        speeds.measured(ONE_THREAD, "small", self.SMALL.size_bytes, 90.0, 270.0)
        assert speeds.real_time_factor(self.SMALL) == pytest.approx(3.0)
        clock.now_s += 15 * 24 * 3600
        assert speeds.real_time_factor(self.SMALL) < 1

    def test_is_not_so_on_another_computer(self, tmp_path: Path) -> None:
        file, clock = tmp_path / "models" / "speeds.json", Clock()
        speeds = self.speeds(file, clock)
        speeds.measured(ONE_THREAD, "small", self.SMALL.size_bytes, 90.0, 270.0)
        speeds.write()
        assert self.speeds(file, clock).real_time_factor(self.SMALL) == pytest.approx(3.0)
        assert self.speeds(file, clock, "a faster one").real_time_factor(self.SMALL) < 1

    def test_on_the_processor_is_not_so_on_the_card(self, tmp_path: Path) -> None:
        file, clock = tmp_path / "models" / "speeds.json", Clock()
        speeds = self.speeds(file, clock)
        speeds.measured(ONE_THREAD, "small", self.SMALL.size_bytes, 90.0, 270.0)
        speeds.measured(Device(GRAPHICS_CARD, "float16"), "base", self.BASE.size_bytes, 90.0, 0.9)
        speeds.write()
        assert self.speeds(file, clock).real_time_factor(self.SMALL) < 0.1, "the card is remembered as well"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "[",
        "{}",
        '{"CPU base": [0.1, 5]}',
        '{"computer": "x", "device": "CPU", "models": []}',
        '{"computer": "x", "device": "CPU", "models": {"CPU base": 1}}',
        '{"computer": "x", "device": "CPU", "models": {"CPU base": [0, 1, 1, 1]}}',
        '{"computer": "x", "device": "CPU", "models": {"CPU base": [NaN, 1, 1, 1]}}',
        '{"computer": "x", "device": "CPU", "models": {"CPU base": [1, Infinity, 1, 1]}}',
        '{"computer": "x", "device": "CPU", "models": {"CPU base": [1, 1, 1, 1e999]}}',
    ],
)
def test_a_file_of_speeds_that_makes_no_sense_costs_nothing(text: str, tmp_path: Path) -> None:
    file = tmp_path / "speeds.json"
    file.write_text(text)
    assert ModelSpeeds(file, "x").real_time_factor(CATALOGUE[0]) == ModelSpeeds(tmp_path / "none").real_time_factor(
        CATALOGUE[0]
    )
