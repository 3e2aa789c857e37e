"""Each speaker has a colour, on lines and cards alike, and keeps it under another name."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication

from core.config import Theme
from core.domain import Segment, StoredTranscript
from core.editing import SegmentId, rename_speakers, set_speaker
from gui.pages.transcript.cards.card_model import CARD_ROLE
from gui.theme import DARK, LIGHT, Colours, apply_theme
from gui.widgets.reader.speakers_dialog import SpeakersDialog
from gui.widgets.text import label
from tests.gui.pages.transcript.cards.test_cards import cards_of, with_segments
from tests.gui.pages.transcript.conftest import Writer
from tests.gui.picture_colours import colours_in

THEMES = pytest.mark.parametrize(("theme", "colours"), [(Theme.LIGHT, LIGHT), (Theme.DARK, DARK)])


@pytest.fixture
def writer(open_writer: Callable[[StoredTranscript], Writer]) -> Writer:
    return open_writer(
        with_segments(
            Segment(0.0, 2.0, "First one.", speaker="MMMM"),
            Segment(2.0, 4.0, "Then another.", speaker="WWWW"),
            Segment(4.0, 6.0, "And the first.", speaker="MMMM"),
            Segment(6.0, 8.0, "Nobody."),
        )
    )


def of_speakers(colours: Colours, shown: set[str]) -> list[int]:
    """The numbers of the speakers whose colours are in a picture."""
    return [number for number, colour in enumerate(colours.speakers, 1) if colour in shown]


def on_lines(writer: Writer, colours: Colours) -> list[int]:
    return of_speakers(colours, colours_in(writer.editor._gutter.grab().toImage()))


def on_cards(writer: Writer, colours: Colours) -> list[int]:
    view = writer.page.text_modes.cards.view
    return of_speakers(colours, colours_in(view.viewport().grab().toImage()))


def numbers_of_cards(writer: Writer) -> list[int]:
    model = writer.page.text_modes.cards.model
    return [model.data(model.index(row, 0), CARD_ROLE).speaker_number for row in range(model.rowCount())]


@THEMES
def test_names_have_the_colours_of_their_speakers_under_any_name(
    writer: Writer, qapp: QApplication, theme: Theme, colours: Colours
) -> None:
    apply_theme(qapp, theme)
    session = writer.session
    assert on_lines(writer, colours) == [1, 2]
    session.do(rename_speakers(session.document, {"MMMM": "HHHH"}), "Renaming")
    session.do(set_speaker(session.document, [SegmentId(1)], None), "Nobody")
    assert on_lines(writer, colours) == [1]
    cards_of(writer)
    assert on_cards(writer, colours) == [1]
    assert numbers_of_cards(writer) == [1, 0, 1, 0]
    session.stack.undo()
    session.do(rename_speakers(session.document, {"HHHH": "WWWW", "WWWW": "HHHH"}), "Renaming")
    assert writer.speakers == ["WWWW", "HHHH", "WWWW", None]
    assert numbers_of_cards(writer) == [1, 2, 1, 0]
    assert on_cards(writer, colours) == [1, 2]
    session.do(set_speaker(session.document, [SegmentId(3)], "EEEE"), "A third")
    assert numbers_of_cards(writer) == [1, 2, 1, 3]


def test_the_dialog_of_names_has_the_same_numbers(writer: Writer) -> None:
    session = writer.session
    session.do(set_speaker(session.document, [SegmentId(0)], "LLLL"), "One of them")
    assert [session.speakers[name or ""] for name in writer.speakers] == [3, 2, 1, 0]
    writer.page.speakers.rename()
    (dialog,) = writer.driver.window.findChildren(SpeakersDialog)
    assert list(dialog.names) == ["LLLL", "WWWW", "MMMM"]
    shown = [one.text() for one in dialog.findChildren(type(label())) if one.text().isdigit()]
    assert shown == ["3", "2", "1"]
    dialog.reject()


def test_another_transcript_begins_to_count_anew(writer: Writer) -> None:
    session = writer.session
    session.do(set_speaker(session.document, [SegmentId(3)], "EEEE"), "A third")
    session.open(with_segments(Segment(0.0, 2.0, "Alone.", speaker="EEEE")))
    assert session.speakers["EEEE"] == 1
    session.close()
    assert session.speakers["EEEE"] == 0
