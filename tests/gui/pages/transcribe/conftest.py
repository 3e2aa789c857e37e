from collections.abc import Callable

import pytest

from core.domain import ModelState, ModelStatus, Snapshot
from core.domain.model import ModelUse
from gui.pages.transcribe.transcribe_page import TranscribePage
from gui.window.main_window import MainWindow
from tests.fakes.core import FakeCoreThread, FakeNotula
from tests.gui.conftest import DesktopDriver, pages_made
from tests.gui.page_names import TRANSCRIBE

TINY = ModelStatus("tiny.en", True, 75_000_000, ModelState.BUNDLED, automatic_for=(ModelUse.ENGLISH,))
BASE = ModelStatus("base", False, 148_000_000, ModelState.BUNDLED, automatic_for=(ModelUse.OTHERS,))
NO_BASE = ModelStatus("base", False, 148_000_000, ModelState.MISSING)


@pytest.fixture
def notula() -> FakeNotula:
    return FakeNotula(model_list=[TINY, BASE])


@pytest.fixture
def page(faked: DesktopDriver, core: FakeCoreThread) -> TranscribePage:
    faked.window.show_page(TRANSCRIBE)
    found = faked.window.page(TranscribePage)
    assert not found.first_start.isVisible(), "before it is known whether anything was transcribed"
    core.published.emit(Snapshot())
    faked.wait(lambda: found.options.model.count() > 1)
    return found


@pytest.fixture
def made_first() -> Callable[[MainWindow], object]:
    return pages_made(TRANSCRIBE)
