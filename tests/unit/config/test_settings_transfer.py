"""Settings go to another computer whole, and nothing of a file is taken over that could mislead."""

import os
import stat
from pathlib import Path

import pytest

from core.app.settings import SettingsService
from core.config import LoadedSettings, Settings
from core.config.settings_transfer import read_settings, write_settings
from core.domain.errors import SettingFixed, SettingsNotExported, SettingsNotImported
from core.domain.provider_settings import ProviderSettings
from tests.gui.pages.settings.values import OTHER

FULL = Settings(
    **OTHER,
    providers=("home", "groq", "on-device"),
    services={"home": ProviderSettings(model="large-v3", base_url="http://127.0.0.1:8000/v1", price_per_minute=0.001)},
)


def test_what_was_exported_is_what_is_taken_over(tmp_path: Path) -> None:
    file = tmp_path / "settings of mine.toml"
    write_settings(FULL, file)
    found = read_settings(file, Settings())
    assert Settings().changed(**found.values) == FULL
    assert found.fixed == ()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    write_settings(Settings(), file)
    assert Settings(**read_settings(file, FULL).values | {}) == Settings()
    assert read_settings(file, Settings()).values == {}


def test_an_edited_file_changes_what_it_names_alone(tmp_path: Path) -> None:
    file = tmp_path / "some.toml"
    file.write_text('workers = 5\nlanguage = "Indonesian"\n', encoding="utf-8-sig")
    assert read_settings(file, FULL.changed(language="en")).values == {"workers": 5, "language": "id"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "holds no settings"),
        (b"# nothing\n", "holds no settings"),
        (b"\xff\xfe\x00", "no settings in TOML"),
        (b"workers = ", "no settings in TOML"),
        (b"x = " + b"[" * 5000, "no settings in TOML"),
        (b"workers = 5\n" + b"#" * 1_000_001, "holds no settings"),
        (b"workers = 5\nbot_ownr = 3\n", "no setting bot_ownr"),
        (b"workers = 5\nbeam_size = 11\n", "beam_size has a value that isn't allowed"),
        (b"bot_owner = true\n", "bot_owner has a value"),
        (b"monthly_budget = 1e-400\n", "monthly_budget has a value"),
    ],
)
def test_a_file_with_anything_wrong_changes_nothing(tmp_path: Path, content: bytes, reason: str) -> None:
    file = tmp_path / "wrong.toml"
    file.write_bytes(content)
    with pytest.raises(SettingsNotImported, match=reason):
        read_settings(file, Settings())


def test_a_file_that_cant_be_read_or_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsNotImported, match="can't be read"):
        read_settings(tmp_path / "gone.toml", Settings())
    with pytest.raises(SettingsNotExported, match=r"gone"):
        write_settings(Settings(), tmp_path / "gone" / "settings.toml")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_what_is_no_plain_file_is_never_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "export.toml"
    os.mkfifo(pipe)
    with pytest.raises(SettingsNotExported):
        write_settings(Settings(), pipe)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


async def test_what_a_variable_decides_stays_and_is_named(tmp_path: Path) -> None:
    file = tmp_path / "export.toml"
    write_settings(FULL, file)
    loaded = LoadedSettings(Settings(workers=3), variables={"workers": "NOTULA_WORKERS"})
    service = SettingsService(loaded, tmp_path / "settings.toml", {"NOTULA_WORKERS": "3"})
    found = await service.read_import(file)
    assert found.fixed == ("workers",)
    assert "workers" not in found.values
    await service.change(**found.values)
    assert service.current == FULL.changed(workers=3)
    with pytest.raises(SettingFixed):
        await service.change(workers=7)


async def test_the_service_exports_what_is_in_use(tmp_path: Path) -> None:
    service = SettingsService(LoadedSettings(Settings(workers=9)), tmp_path / "settings.toml", {})
    await service.export(tmp_path / "export.toml")
    assert read_settings(tmp_path / "export.toml", Settings()).values == {"workers": 9}
