"""What most acceptance tests need of a recording is that it has a text, not the best one."""

import pytest


@pytest.fixture(autouse=True)
def _quick_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """A quarter of what a short recording costs is finding out its language."""
    monkeypatch.setenv("NOTULA_LANGUAGE", "en")


@pytest.fixture
def as_installed(_quick_text: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings of somebody who has set nothing."""
    monkeypatch.delenv("NOTULA_LANGUAGE")
