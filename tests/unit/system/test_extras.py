"""Which parts of Notula are installed."""

import tomllib

import pytest

from core.system.extras import Extra, is_installed
from tests.conftest import REPOSITORY


def test_the_extras_are_those_of_the_project() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    assert set(Extra) <= project["optional-dependencies"].keys()
    assert not [text for text in project["dependencies"] if text.startswith(("PySide6", "qasync", "faster-whisper"))]


@pytest.mark.parametrize("extra", list(Extra))
def test_all_are_installed_where_the_tests_run(extra: Extra) -> None:
    assert is_installed(extra)
