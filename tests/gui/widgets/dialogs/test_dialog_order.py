"""In every dialog Tab goes from top to bottom, begins where one types, and each control has a name."""

from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QDialog, QWidget
from pytestqt.qtbot import QtBot

from core.domain import Segment
from core.domain.speakers import Speaker
from core.i18n import Translator
from gui.pages.history.delete_question import TypedConfirmation
from gui.pages.settings.providers.server_dialog import ServerDialog
from gui.pages.transcript.times_dialog import TimesDialog
from gui.scale import Gap
from gui.widgets.dialogs.input_questions import NumberQuestion, TextQuestion
from gui.widgets.dialogs.question import Asked
from gui.widgets.passphrase_dialog import PassphraseDialog
from gui.widgets.reader.speakers_dialog import SpeakersDialog
from gui.widgets.recording_chooser import AddressDialog

TR = Translator("en")
ASKED = Asked("Title", "Sentence?")
DIALOGS: dict[str, Callable[[QWidget], QDialog]] = {
    "address": lambda parent: AddressDialog(TR, parent),
    "new passphrase": lambda parent: PassphraseDialog(TR, parent, is_new=True),
    "number": lambda parent: NumberQuestion(ASKED, "Yes", "No", parent),
    "passphrase": lambda parent: PassphraseDialog(TR, parent, is_new=False),
    "server": lambda parent: ServerDialog([], TR, parent),
    "speakers": lambda parent: SpeakersDialog([Speaker(1, "Speaker 1", 4.0, 1.0, "Ever tried.")], TR, parent),
    "text": lambda parent: TextQuestion(ASKED, "Yes", "No", parent),
    "times": lambda parent: TimesDialog(Segment(1, 2, "Ever tried."), (0, 5), TR, parent),
    "typed": lambda parent: TypedConfirmation(TR, "Delete 2?", "For good.", ["1.wav", "2.wav"], lambda: None, parent),
}


@pytest.fixture(params=DIALOGS)
def dialog(request: pytest.FixtureRequest, qtbot: QtBot) -> Iterator[QDialog]:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    made = DIALOGS[request.param](window)
    with qtbot.waitActive(made):
        made.open()
    yield made
    window.close()  # Held until here: its dialogs go with it.


def passed(dialog: QDialog, qtbot: QtBot) -> list[QWidget]:
    """What Tab goes through, from the first to the last."""
    first = dialog.focusWidget()
    found = [first]
    while True:
        qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)
        if dialog.focusWidget() is first:
            return found
        found.append(dialog.focusWidget())
        assert len(found) < 30


def test_one_begins_in_what_is_to_be_filled_in(dialog: QDialog) -> None:
    assert not isinstance(dialog.focusWidget(), QAbstractButton)


def test_tab_goes_from_top_to_bottom(dialog: QDialog, qtbot: QtBot) -> None:
    widgets = passed(dialog, qtbot)
    tops = [widget.mapTo(dialog, QPoint(0, 0)).y() for widget in widgets]
    turned = tops.index(min(tops))  # It may begin below a list that is only read.
    tops = tops[turned:] + tops[:turned]
    assert all(after >= before - Gap.SMALL for before, after in pairwise(tops))


def test_each_control_has_a_name(dialog: QDialog, qtbot: QtBot) -> None:
    for widget in passed(dialog, qtbot):
        assert widget.accessibleName() or (isinstance(widget, QAbstractButton) and widget.text())


def test_it_fits_into_the_smallest_window(dialog: QDialog) -> None:
    assert dialog.sizeHint().width() <= 760
    assert dialog.minimumSizeHint().width() <= 760
