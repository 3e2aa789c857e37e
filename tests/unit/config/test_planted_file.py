"""What another account may have written decides nothing."""

import os
from pathlib import Path

import pytest

from core.config import Settings, load_settings
from core.domain.errors import SettingsUnusable

NOBODY = 65534
AS_ROOT = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give files away")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "settings.toml"
    made.write_text('bot_audience = "nobody"\n')
    made.chmod(0o600)
    return made


def refusal(file: Path) -> str:
    with pytest.raises(SettingsUnusable) as raised:
        load_settings(file, {})
    (problem,) = raised.value.problems
    return str(problem)


@pytest.mark.parametrize("mode", [0o602, 0o620, 0o660, 0o664, 0o666, 0o777])
def test_a_file_that_others_may_write_stops_the_start_and_stays(mode: int, file: Path) -> None:
    file.chmod(mode)
    assert f"other accounts may write to {file}" in refusal(file)
    assert file.stat().st_mode & 0o777 == mode
    linked = file.with_name("link.toml")
    linked.symlink_to(file)
    assert f"other accounts may write to {linked}" in refusal(linked)


@AS_ROOT
def test_a_file_of_another_account_stops_the_start(file: Path) -> None:
    linked = file.with_name("link.toml")
    linked.symlink_to(file)
    os.chown(file, NOBODY, NOBODY)
    for name in (file, linked):
        sentence = refusal(name)
        assert f"{name}, or the link of that name, belongs to the account " in sentence
        assert "nobody" in sentence or str(NOBODY) in sentence


@AS_ROOT
def test_a_link_of_another_account_stops_the_start(file: Path) -> None:
    linked = file.with_name("link.toml")
    linked.symlink_to(file)
    os.lchown(linked, NOBODY, NOBODY)
    assert "belongs to the account" in refusal(linked)


def test_a_second_name_stops_the_start(file: Path) -> None:
    file.with_name("second").hardlink_to(file)
    assert "second name" in refusal(file)


@pytest.mark.parametrize("mode", [0o400, 0o600, 0o644])
def test_a_file_of_our_own_and_a_link_to_it_are_read(mode: int, file: Path) -> None:
    file.chmod(mode)
    linked = file.with_name("link.toml")
    linked.symlink_to(file)
    for name in (file, linked):
        assert load_settings(name, {}).settings == Settings(bot_audience="nobody")
