"""One owner: changes apply to the settings of the moment, are written whole or not at all, and are told."""

import asyncio
import os
import stat
from pathlib import Path

import pytest

from core.app.settings import SettingsService
from core.config import Settings, load_settings
from core.domain.errors import SettingFixed, SettingRefused, SettingsEdited, SettingsNotSaved
from core.domain.provider_settings import ProviderSettings


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "notula" / "settings.toml"


def written(file: Path, text: str) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")


def service_of(file: Path, **environment: str) -> SettingsService:
    return SettingsService(load_settings(file, environment), file, environment)


async def test_changes_add_up_and_are_what_the_next_start_reads(file: Path) -> None:
    service = service_of(file)
    await service.change(workers=5)
    await asyncio.gather(service.change(bot_owner=4711), service.change(theme="dark"), service.change(workers=6))
    assert service.current == Settings(workers=6, bot_owner=4711, theme="dark")
    assert load_settings(file, {}).settings == service.current


async def test_a_change_is_made_of_the_settings_of_its_turn(file: Path) -> None:
    service = service_of(file)
    await asyncio.gather(
        *(service.change_by(lambda settings: {"workers": settings.workers + 1}) for _ in range(10)),
    )
    assert service.current.workers == 12


async def test_what_is_edited_meanwhile_is_kept_and_used(file: Path) -> None:
    written(file, "# mine\nworkers = 3\nbeam_size = 2\n")
    service = service_of(file)
    written(file, '# mine\nworkers = 4 # four\nmodel = "base"\nplan = "b"\n')
    await service.change(theme="dark")
    assert service.current == Settings(workers=4, model="base", theme="dark")
    text = file.read_text()
    for part in ("# mine", "workers = 4 # four", 'plan = "b"', 'theme = "dark"'):
        assert part in text


async def test_a_variable_wins_over_what_is_edited_meanwhile(file: Path) -> None:
    service = service_of(file, NOTULA_PROVIDERS="on-device")
    written(file, 'providers = ["groq"]\n')
    await service.change(theme="dark")
    assert service.current.providers == ("on-device",)
    with pytest.raises(SettingFixed) as refused:
        await service.change(providers=("groq",))
    assert "NOTULA_PROVIDERS" in str(refused.value)
    assert service.current.providers == ("on-device",)
    await service.change(providers=("on-device",))


@pytest.mark.parametrize("text", ["", "workers = = 3\n", "bot_owner = 'me'\n", "providrs = ['on-device']\n", "\x00"])
async def test_a_file_broken_meanwhile_is_never_overwritten(file: Path, text: str) -> None:
    service = service_of(file)
    written(file, text)
    with pytest.raises(SettingsEdited) as refused:
        await service.change(theme="dark")
    assert str(file) in str(refused.value)
    assert file.read_text() == text
    assert service.current == Settings()
    written(file, "workers = 3\n")
    await service.change(theme="dark")
    assert service.current == Settings(workers=3, theme="dark")


async def test_a_file_that_is_taken_away_meanwhile_opens_nothing_and_comes_back(file: Path) -> None:
    written(file, 'providers = ["on-device"] # only here\nworkers = 3\n')
    service = service_of(file)
    file.unlink()
    await service.change(theme="dark")
    assert service.current == Settings(providers=("on-device",), workers=3, theme="dark")
    assert "# only here" in file.read_text()
    assert load_settings(file, {}).settings == service.current


async def test_what_restricts_and_is_taken_out_meanwhile_counts_until_the_next_start(file: Path) -> None:
    written(file, 'providers = ["on-device"]\nworkers = 3\n')
    service = service_of(file)
    written(file, 'model = "base"\n')
    await service.change(theme="dark")
    await service.change(beam_size=2)
    assert service.current == Settings(providers=("on-device",), model="base", theme="dark", beam_size=2)
    assert load_settings(file, {}).settings == Settings(model="base", theme="dark", beam_size=2)


async def test_a_wrong_line_of_what_restricts_nothing_stays_as_it_is(file: Path) -> None:
    written(file, 'workers = "two"\n')
    service = service_of(file)
    await service.change(theme="dark")
    assert file.read_text() == 'workers = "two"\ntheme = "dark"\n'


async def test_a_value_that_is_not_allowed_is_refused_with_the_rule_and_changes_nothing(file: Path) -> None:
    service = service_of(file)
    with pytest.raises(SettingRefused) as refused:
        await service.change(theme="dark", workers=0)
    assert "a whole number from 1 to 32" in str(refused.value)
    assert service.current == Settings()
    assert not file.exists()


@pytest.mark.parametrize("failing", ["fsync", "replace"])
async def test_what_can_not_be_written_changes_nothing_and_leaves_nothing(
    file: Path, failing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(file, "workers = 3\n")
    service = service_of(file)
    told: list[Settings] = []
    service.follow(told.append)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os if failing == "fsync" else Path, failing, full)
        with pytest.raises(SettingsNotSaved):
            await service.change(workers=4)
    assert [path.name for path in file.parent.iterdir()] == ["settings.toml"]
    assert file.read_text() == "workers = 3\n"
    assert [settings.workers for settings in told] == [3]
    await service.change(workers=4)
    assert [settings.workers for settings in told] == [3, 4]


async def test_the_file_is_on_the_disk_and_its_owners_alone(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[bool] = []
    sync = os.fsync

    def watched(descriptor: int) -> None:
        synced.append(stat.S_ISDIR(os.fstat(descriptor).st_mode))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    await service_of(file).change(workers=4)
    assert synced == [False, True]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_a_link_to_the_file_stays_one(file: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "dotfiles" / "notula.toml"
    elsewhere.parent.mkdir()
    elsewhere.write_text("workers = 3\n")
    file.parent.mkdir()
    file.symlink_to(elsewhere)
    await service_of(file).change(theme="dark")
    assert file.is_symlink()
    assert elsewhere.read_text() == 'workers = 3\ntheme = "dark"\n'


async def test_whoever_follows_a_setting_is_told_of_that_one(file: Path) -> None:
    service = service_of(file)
    workers: list[int] = []
    anything: list[Settings] = []
    service.follow(lambda settings: workers.append(settings.workers), "workers", "beam_size")
    service.follow(anything.append)
    await service.change(theme="dark")
    await service.change(workers=2)  # As it is already.
    await service.change(workers=9)
    assert workers == [2, 9]
    assert len(anything) == 3


async def test_a_caller_that_is_cancelled_leaves_no_half_change(file: Path) -> None:
    service = service_of(file)
    caller = asyncio.create_task(service.change(workers=9))
    await asyncio.sleep(0)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    assert service.current.workers == load_settings(file, {}).settings.workers == 9


async def test_two_processes_lose_nothing_of_each_others_changes(file: Path) -> None:
    one, other = service_of(file), service_of(file)
    for number in range(1, 5):
        await asyncio.gather(one.change(workers=number), other.change(beam_size=number))
    await one.change(theme="dark")
    assert one.current == load_settings(file, {}).settings == Settings(workers=4, beam_size=4, theme="dark")


async def test_tables_and_comments_of_services_stay(file: Path) -> None:
    written(
        file, '[services.groq]\nprice_per_minute = 0.001 # as told\n\n[services.home]\nbase_url = "http://home/v1"\n'
    )
    service = service_of(file)
    office = ProviderSettings("large", "http://office/v1")
    await service.change_by(lambda settings: {"services": {**settings.services, "office": office}, "workers": 3})
    text = file.read_text()
    assert "# as told" in text
    assert load_settings(file, {}).settings == service.current
    await service.change_by(
        lambda settings: {"services": {name: one for name, one in settings.services.items() if name != "home"}}
    )
    assert set(load_settings(file, {}).settings.services) == {"groq", "office"}
    assert "# as told" in file.read_text()


async def test_other_values_for_a_while_are_not_written(file: Path) -> None:
    service = service_of(file)
    apart = service.with_values(language="id")
    service.use(model="base")
    await apart.change(workers=3)
    await service.change(theme="dark")
    assert apart.current == Settings(language="id", workers=3)
    assert service.current == Settings(model="base", theme="dark", workers=3)
    assert load_settings(file, {}).settings == Settings(theme="dark", workers=3)
    with pytest.raises(SettingRefused):
        service.with_values(language="klingon")


async def test_another_process_that_never_finishes_writing_holds_up_nothing(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fcntl = pytest.importorskip("fcntl")
    monkeypatch.setattr("core.system.folder_lock._PAUSE_S", 0.0)
    written(file, "workers = 3\n")
    service = service_of(file)
    other = os.open(file.parent, os.O_RDONLY)
    try:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(SettingsNotSaved, match="another Notula"):
            await service.change(theme="dark")
    finally:
        os.close(other)
    assert service.current == Settings(workers=3)
    await service.change(theme="dark")
