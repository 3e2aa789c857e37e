"""Keys of a person's own in the file: one that can't be costs itself alone, and no setting gets lost among them."""

from pathlib import Path

import pytest

from core.app.settings import SettingsService
from core.config import load_settings
from core.domain.errors import SettingsUnusable


def write(folder: Path, text: str) -> Path:
    file = folder / "settings.toml"
    file.write_text(text, encoding="utf-8")
    file.chmod(0o600)
    return file


def test_keys_that_cannot_be_cost_themselves_alone(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        'workers = 7\n[shortcuts]\nqueue_pause = ["F6"]\nqueue_retry = "F7"\nQueue = ["F8"]\n'
        'queue_remove = []\nqueue_open = ["F1", "F2", "F3", "F4", "F5"]\nqueue_cancel = ["Ctrl+"]\n',
    )
    loaded = load_settings(file, {})
    assert loaded.settings.shortcuts == {"queue_pause": ("F6",), "queue_remove": ()}
    assert loaded.settings.workers == 7
    told = [(problem.values["line"], problem.values["name"]) for problem in loaded.problems]
    assert told == [
        (4, "shortcuts.queue_retry"),
        (5, "shortcuts.Queue"),
        (7, "shortcuts.queue_open"),
        (8, "shortcuts.queue_cancel"),
    ]


def test_shortcuts_that_are_no_table_cost_themselves_alone(tmp_path: Path) -> None:
    loaded = load_settings(write(tmp_path, 'shortcuts = ["F6"]\nworkers = 7\n'), {})
    assert loaded.settings.shortcuts == {}
    assert loaded.settings.workers == 7
    assert len(loaded.problems) == 1


@pytest.mark.parametrize("line", ["bot_owner = 4711", 'providers = ["on-device"]', "bot_ownr = 4711"])
def test_a_restricting_setting_does_not_get_lost_among_the_keys(tmp_path: Path, line: str) -> None:
    with pytest.raises(SettingsUnusable) as raised:
        load_settings(write(tmp_path, f'[shortcuts]\nqueue_pause = ["F6"]\n{line}\n'), {})
    assert raised.value.problems[0].values["line"] == 3


def test_another_setting_among_the_keys_is_told(tmp_path: Path) -> None:
    loaded = load_settings(write(tmp_path, '[shortcuts]\ntheme = "dark"\n'), {})
    assert [problem.values["name"] for problem in loaded.problems] == ["shortcuts.theme"]


async def test_keys_of_an_action_that_had_another_name_are_kept_and_written_by_its_present_one(tmp_path: Path) -> None:
    file = write(tmp_path, '[shortcuts]\n# mine\ngo_to_about = ["F6"]\nqueue_remove = []\n')
    loaded = load_settings(file, {})
    assert loaded.settings.shortcuts == {"go_to_help": ("F6",), "queue_remove": ()}
    assert not loaded.problems
    service = SettingsService(loaded, file, {})
    await service.change_by(lambda settings: {"shortcuts": settings.shortcuts | {"queue_remove": ("F9",)}})
    assert "go_to_about" not in file.read_text()
    assert load_settings(file, {}).settings.shortcuts == {"go_to_help": ("F6",), "queue_remove": ("F9",)}


def test_the_present_name_wins_over_an_earlier_one(tmp_path: Path) -> None:
    file = write(tmp_path, '[shortcuts]\ngo_to_help = ["F7"]\ngo_to_about = ["F6"]\n')
    assert load_settings(file, {}).settings.shortcuts == {"go_to_help": ("F7",)}


def test_an_earlier_name_costs_no_more_than_itself(tmp_path: Path) -> None:
    loaded = load_settings(write(tmp_path, '[shortcuts]\ngo_to_about = "F6"\nqueue_remove = ["F9"]\n'), {})
    assert loaded.settings.shortcuts == {"queue_remove": ("F9",)}
    assert [problem.values["name"] for problem in loaded.problems] == ["shortcuts.go_to_about"]
