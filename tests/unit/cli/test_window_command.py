import sys
from pathlib import Path

import pytest

from core.cli.opening import SAMPLE
from core.cli.window_program import window_command


def test_the_sample_is_where_opening_looks_for_it() -> None:
    assert SAMPLE.is_file()


def test_the_window_is_a_module_of_this_python() -> None:
    assert window_command([Path("a.wav").absolute()]) == [
        sys.executable,
        "-m",
        "gui.main",
        str(Path("a.wav").absolute()),
    ]


@pytest.mark.parametrize(
    ("system", "program", "expected"),
    [("linux", "notula", "notula-gui"), ("darwin", "notula", "notula-gui"), ("win32", "notula.exe", "notula-gui.exe")],
)
def test_in_a_frozen_program_the_window_is_the_program_beside_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, system: str, program: str, expected: str
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(sys, "executable", str(tmp_path / program))
    assert window_command([tmp_path / "a.wav"]) == [str(tmp_path / expected), str(tmp_path / "a.wav")]
