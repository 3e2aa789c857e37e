"""Profiles hold settings of transcription and export, and nothing by which anybody could be allowed more."""

from pathlib import Path

import pytest

from core.app.settings import SettingsService
from core.cli.profiles import list_profiles, use_profile
from core.cli.terminal import Terminal
from core.config import Folders, LoadedSettings, Settings, load_settings
from core.config.declarations import restricts, wrong_part
from core.config.profile_settings import HELD, LONGEST_NAME, MOST_PROFILES, held_values, profile_in_use
from core.domain.errors import SettingRefused
from core.i18n import Translator
from core.observability.redaction import Redactor

LECTURES = {"language": "id", "speakers": True, "export_formats": ["md"], "subtitles": "one-line"}


def service(file: Path) -> SettingsService:
    return SettingsService(load_settings(file, {}), file, {})


def test_nothing_that_restricts_is_in_a_profile() -> None:
    assert not [name for name in HELD if restricts(name)]
    for name in set(Settings.model_fields) - set(HELD):
        value = held_values(Settings()) | {name: Settings().model_dump(mode="json")[name]}
        assert wrong_part("saved_profiles", {"Lectures": value}) is not None, name
    assert wrong_part("saved_profiles", {"Lectures": held_values(Settings())}) is None


@pytest.mark.parametrize("name", ["", " x", "a\nb", "x" * (LONGEST_NAME + 1)])
def test_a_name_that_cannot_be_is_refused(name: str) -> None:
    assert wrong_part("saved_profiles", {name: LECTURES}) is not None
    assert wrong_part("saved_profiles", {str(each): LECTURES for each in range(MOST_PROFILES + 1)}) is not None


async def test_a_switch_changes_what_the_profile_holds_and_survives_a_start(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("monthly_budget = 5.0 # mine\nworkers = 7\n")
    file.chmod(0o600)
    settings = service(file)
    await settings.change(saved_profiles={"Lectures, online": LECTURES, "Before": held_values(settings.current)})
    await settings.change(**settings.current.saved_profiles["Lectures, online"])
    for current in (settings.current, load_settings(file, {}).settings):
        assert (current.language, current.speakers, current.export_formats) == ("id", True, ("md",))
        assert (current.monthly_budget, current.workers) == (5.0, 7)
        assert profile_in_use(current, current.saved_profiles) == "Lectures, online"
    assert "# mine" in file.read_text()
    await settings.change(**settings.current.saved_profiles["Before"])
    assert held_values(settings.current) == held_values(Settings())
    await settings.change(saved_profiles={})
    assert load_settings(file, {}).settings.saved_profiles == {}


async def test_a_value_that_is_not_allowed_is_refused_and_nothing_is_switched(tmp_path: Path) -> None:
    settings = service(tmp_path / "settings.toml")
    await settings.change(saved_profiles={"Odd": {"beam_size": True, "language": "id"}})
    with pytest.raises(SettingRefused):
        await settings.change(**settings.current.saved_profiles["Odd"])
    assert settings.current.language == "auto"


def test_a_damaged_profile_costs_itself_alone(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(
        'workers = 7\n[saved_profiles.Good]\nlanguage = "id"\n[saved_profiles.Unknown]\nwarp = 9\n'
        '[saved_profiles.Wrong]\nlanguage = "klingon"\n[saved_profiles.Greedy]\nproviders = ["groq"]\n'
    )
    file.chmod(0o600)
    loaded = load_settings(file, {})
    assert loaded.settings.saved_profiles == {"Good": {"language": "id"}}
    assert loaded.settings.workers == 7
    assert loaded.settings.providers == ()
    assert [problem.values["name"] for problem in loaded.problems] == [
        f"saved_profiles.{name}" for name in ("Unknown", "Wrong", "Greedy")
    ]


async def test_the_command_line_lists_and_uses_profiles(folders: Folders, capsys: pytest.CaptureFixture[str]) -> None:
    settings = SettingsService(LoadedSettings(Settings()), folders.settings_file, {})
    terminal = Terminal(Translator(), folders, settings, Redactor())
    assert await list_profiles(terminal) == 0
    assert capsys.readouterr().err.startswith("There are no profiles.")
    await settings.change(saved_profiles={"Lectures": LECTURES, "Quick": {"beam_size": 1}})
    assert await use_profile(terminal, "Lectures") == 0
    assert await list_profiles(terminal) == 0
    assert capsys.readouterr().out == "* Lectures\n  Quick\n"
    assert settings.current.language == "id"
    assert await use_profile(terminal, "lecturs") == 1
    assert "There is no profile lecturs." in capsys.readouterr().err
