"""What most acceptance tests need of a recording is that it has a text, not the best one."""

import sys

import pytest

from tests.acceptance.forks import FORKED_CODECS
from tests.fakes.windows_engine import SAYS
from tests.fakes.without_whisper import BECKETT


@pytest.fixture(autouse=True)
def _quick_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """A quarter of what a short recording costs is finding out its language."""
    monkeypatch.setenv("NOTULA_LANGUAGE", "en")


@pytest.fixture
def as_installed(_quick_text: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings of somebody who has set nothing."""
    monkeypatch.delenv("NOTULA_LANGUAGE")


@pytest.fixture
def without_whisper(monkeypatch: pytest.MonkeyPatch) -> None:
    """In forked programs all is real but Whisper, in whose place an engine says what is said in `beckett`."""
    if sys.platform == "linux":
        monkeypatch.setenv(SAYS, BECKETT)


@pytest.fixture
def forked_codecs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Decoders and encoders of forked programs begin at once."""
    if sys.platform == "linux":
        monkeypatch.setenv(FORKED_CODECS, "yes")
