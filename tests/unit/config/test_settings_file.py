from pathlib import Path

import pytest
from pydantic import ValidationError

from core.app.settings import SettingsService
from core.config import Folders, Settings, load_settings
from core.config.declarations import extra_of
from core.config.settings_document import SettingsDocument, write_values
from core.domain.errors import SettingsNotSaved


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.toml"


def written(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_without_a_file_there_are_defaults(file: Path) -> None:
    loaded = load_settings(file)
    assert (loaded.settings, loaded.problems) == (Settings(), ())


async def test_what_is_saved_is_read_and_comments_stay(file: Path) -> None:
    written(file, '# mine\nmodel = "base" # the good one\nunknown = 1\n')
    service = SettingsService(load_settings(file), file)

    await service.change(workers=4, export_formats=["md", "txt"])

    assert (
        load_settings(file).settings
        == service.current
        == Settings(model="base", workers=4, export_formats=("txt", "md"))
    )
    text = file.read_text(encoding="utf-8")
    assert "# mine" in text
    assert "# the good one" in text
    assert "unknown = 1" in text
    assert "theme" not in text


async def test_the_environment_wins_over_the_file_and_is_not_saved(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(file, "workers = 3\n")
    monkeypatch.setenv("NOTULA_WORKERS", "7")
    monkeypatch.setenv("NOTULA_EXPORT_FORMATS", "srt, txt")
    service = SettingsService(load_settings(file), file)
    assert service.current.workers == 7
    assert service.current.export_formats == ("txt", "srt")

    await service.change(theme="dark")
    monkeypatch.delenv("NOTULA_WORKERS")
    assert load_settings(file).settings.workers == 3


def test_settings_that_are_not_allowed_are_refused() -> None:
    with pytest.raises(ValidationError):
        Settings().changed(workers=0)


def test_a_folder_that_can_not_be_written_is_one_plain_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsNotSaved):
        write_values(SettingsDocument(), {"theme": "dark"}, tmp_path / "file" / "settings.toml")


def test_folders_can_be_moved(tmp_path: Path) -> None:
    folders = Folders.of_this_user({"NOTULA_DATA_DIR": str(tmp_path / "elsewhere")})
    assert folders.database == tmp_path / "elsewhere" / "notula.db"


def test_every_setting_has_a_label_and_a_help() -> None:
    for name, field in Settings.model_fields.items():
        assert field.title, name
        assert field.description, name


def test_a_help_speaks_of_a_zero_as_its_field_shows_it() -> None:
    shown = {name: extra_of(field).get("zero") for name, field in Settings.model_fields.items()}
    assert shown["people"] == "Automatic"
    for name, word in shown.items():
        if word:
            help_text = Settings.model_fields[name].description or ""
            assert f"{word}:" in help_text, name
            assert "0" not in help_text, name


@pytest.mark.parametrize("given", ["eng", "en-US", "EN", "English", "en_GB.UTF-8"])
def test_a_language_is_kept_by_its_code_however_it_is_written(given: str, file: Path) -> None:
    loaded = load_settings(written(file, f'language = "{given}"\n'), {})
    assert (loaded.settings.language, loaded.problems) == ("en", ())
    assert load_settings(file, {"NOTULA_LANGUAGE": "Bahasa Indonesia"}).settings.language == "id"
    assert load_settings(file, {"NOTULA_LANGUAGE": "AUTO"}).settings.spoken_language is None


def test_what_is_no_language_is_told_with_what_may_be_meant(file: Path) -> None:
    loaded = load_settings(written(file, 'language = "indonesain"\n'), {})
    assert loaded.settings.language == "auto"
    (problem,) = loaded.problems
    assert "a language's code or name, such as id, en-US or Indonesian; Indonesian (id) may be meant." in str(problem)
