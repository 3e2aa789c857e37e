"""The translation beside the text: sent by its button alone, kept beside what is edited, outdated where it changed."""

import asyncio
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QTextBlock
from pytestqt.qtbot import QtBot

from core.domain import TranscriptId
from core.domain.errors import NoLlm, ProviderFailing
from core.domain.translation import TranslatedLine, Translation, TranslationService
from gui.changes import Changes
from gui.pages.transcript.transcript_page import TranscriptPage
from gui.pages.transcript.translation_panel import TranslationPanel
from gui.pages.transcript.translation_view import MISSING, TranslationView
from tests.fakes.core import FakeNotula
from tests.gui.conftest import DesktopDriver
from tests.gui.pages.transcript.conftest import NUMBER, Writer, talk

GROQ = TranslationService("groq", "Groq", "llama-3.3")
OFFICE = TranslationService("office", "office", "qwen3")
CONTROL = Qt.KeyboardModifier.ControlModifier
LINES = ["id: The wood cutters sing.", "id: Do they?", "id: They do."]


@pytest.fixture
def served(notula: FakeNotula) -> FakeNotula:
    notula.translation_services = (GROQ,)
    return notula


@pytest.fixture
def opened(served: FakeNotula, writer: Writer) -> Writer:
    """The panel is open, and it is known who would translate."""
    open_panel(writer)
    return writer


def open_panel(writer: Writer) -> None:
    writer.press(Qt.Key.Key_T, CONTROL)
    writer.driver.wait(lambda: panel(writer)._services is not None)


def panel(writer: Writer) -> TranslationPanel:
    return writer.page.panels.translation


def view(writer: Writer) -> TranslationView:
    return panel(writer).view


def shown(writer: Writer) -> list[str]:
    """The lines of the translation, with an exclamation mark behind those that are outdated."""
    document = view(writer).document()
    blocks = [document.findBlockByNumber(number) for number in range(document.blockCount())]
    return [f"{one.text()}{'!' * is_italic(one)}" for one in blocks]


def is_italic(block: QTextBlock) -> bool:
    """An empty block has no fragment: asked for one, Qt reads what isn't there."""
    begin = block.begin()
    return not begin.atEnd() and begin.fragment().charFormat().fontItalic()


def has_ended(writer: Writer) -> bool:
    """Whether nothing is being translated, and the panel says so: `is_translating` ends a turn of the loop earlier."""
    return panel(writer)._task is None


def translate(writer: Writer) -> None:
    writer.qtbot.mouseClick(panel(writer).start, Qt.MouseButton.LeftButton)
    writer.driver.wait(lambda: panel(writer).lines.translation is not None and has_ended(writer))


def test_the_panel_is_closed_until_a_key_opens_it_and_sends_nothing(served: FakeNotula, writer: Writer) -> None:
    assert not panel(writer).isVisible()
    assert not served.asked("translation_services")
    open_panel(writer)
    assert panel(writer).isVisible()
    writer.driver.wait(lambda: panel(writer).start.isEnabled())
    assert panel(writer)._told.text() == "Translate sends the whole text to Groq (llama-3.3)."
    assert panel(writer).language.hasFocus()
    assert not served.asked("translate_beside")
    writer.press(Qt.Key.Key_Escape)
    assert not panel(writer).isVisible()
    assert writer.editor.hasFocus()


def test_all_who_may_get_the_text_are_named(served: FakeNotula, writer: Writer) -> None:
    served.translation_services = (GROQ, OFFICE)
    open_panel(writer)
    writer.driver.wait(lambda: panel(writer).start.isEnabled())
    assert panel(writer)._told.text().endswith("Where that can't answer, it goes to office (qwen3).")


def test_a_translation_stands_beside_the_text_line_by_line(opened: Writer, served: FakeNotula) -> None:
    served.gates["translate_beside"] = asyncio.Event()
    opened.driver.wait(lambda: panel(opened).start.isEnabled())
    opened.qtbot.mouseClick(panel(opened).start, Qt.MouseButton.LeftButton)
    opened.driver.wait(lambda: panel(opened)._progress.value() == 50)
    assert panel(opened)._told.text() == "Being translated into Indonesian: 50 %"
    served.gates["translate_beside"].set()
    opened.driver.wait(lambda: has_ended(opened))
    assert shown(opened) == LINES
    assert served.asked("translate_beside") == [[NUMBER, "id", (GROQ,)]]
    assert panel(opened)._told.text() == "Translated by Groq."
    assert not panel(opened).start.isEnabled()


def test_it_can_be_stopped(opened: Writer, served: FakeNotula) -> None:
    served.gates["translate_beside"] = asyncio.Event()
    opened.driver.wait(lambda: panel(opened).start.isEnabled())
    panel(opened).start.setFocus()
    opened.press(Qt.Key.Key_Space)
    opened.driver.wait(lambda: served.asked("translate_beside"))
    assert panel(opened).stop.hasFocus()
    opened.press(Qt.Key.Key_Space)
    opened.driver.wait(lambda: served.cancelled == ["translate_beside"])
    opened.driver.wait(lambda: panel(opened).start.isVisible())
    assert panel(opened).start.hasFocus()
    assert panel(opened).lines.translation is None


def test_what_was_edited_since_is_outdated_until_it_is_translated_again(opened: Writer, served: FakeNotula) -> None:
    translate(opened)
    opened.editor.setFocus()
    opened.put_cursor(1, 0)
    opened.type("Now ")
    assert shown(opened) == [LINES[0], f"{LINES[1]}!", LINES[2]]
    assert panel(opened)._told.text().startswith("1 passage was changed since it was translated.")
    assert panel(opened).start.text() == "Translate again"
    opened.press(Qt.Key.Key_Return)  # Cuts the passage in two.
    assert shown(opened) == [LINES[0], f"{LINES[1]}!", LINES[1], LINES[2]]
    opened.put_cursor(2, 3)
    opened.press(Qt.Key.Key_Return)
    assert shown(opened) == [LINES[0], f"{LINES[1]}!", f"{LINES[1]}!", f"{MISSING}!", LINES[2]]
    for line in (3, 2):
        opened.put_cursor(line, 0)
        opened.press(Qt.Key.Key_Backspace)
    opened.wait_until_saved()
    translate(opened)
    assert shown(opened) == [LINES[0], "id: Now Do they?", LINES[2]]
    assert len(served.asked("translate_beside")) == 2


def test_undo_brings_the_lines_back(opened: Writer) -> None:
    translate(opened)
    opened.editor.setFocus()
    opened.put_cursor(0, 4, 2, 2)
    opened.press(Qt.Key.Key_Delete)
    assert len(shown(opened)) == 1
    opened.press(Qt.Key.Key_Z, CONTROL)
    assert shown(opened) == LINES
    assert panel(opened).lines.outdated == 0
    opened.editor.selectAll()
    opened.press(Qt.Key.Key_Delete)
    opened.press(Qt.Key.Key_Z, CONTROL)
    assert opened.agrees()
    assert shown(opened) == LINES


def test_a_kept_translation_is_shown_beside_a_text_that_was_edited_since(served: FakeNotula, writer: Writer) -> None:
    lines = (TranslatedLine("The woodcutters sing.", "Mereka bernyanyi."), TranslatedLine("Do they?", "Ya?"))
    served.kept_translations[(NUMBER, "id")] = Translation("id", lines, "groq", "llama")
    open_panel(writer)
    writer.driver.wait(lambda: panel(writer).lines.translation is not None)
    assert shown(writer) == ["Mereka bernyanyi.!", "Ya?", f"{MISSING}!"]
    assert panel(writer).lines.outdated == 2
    assert not served.asked("translate_beside")


def test_another_language_has_a_translation_of_its_own(opened: Writer, served: FakeNotula) -> None:
    translate(opened)
    panel(opened).language.setCurrentIndex(panel(opened).language.findData("de"))
    opened.driver.wait(lambda: panel(opened).start.isEnabled())
    assert shown(opened) == [""]
    panel(opened).language.setCurrentIndex(panel(opened).language.findData("en"))
    assert panel(opened)._told.text() == "The text is in English already. Choose another language."
    assert not panel(opened).start.isEnabled()
    panel(opened).language.setCurrentIndex(panel(opened).language.findData("id"))
    opened.driver.wait(lambda: shown(opened) == LINES)


def test_without_anybody_to_translate_it_says_where_to_add_one(notula: FakeNotula, writer: Writer) -> None:
    open_panel(writer)
    writer.driver.wait(lambda: panel(writer)._problem.isVisible())
    assert panel(writer)._problem.text() == writer.driver.desktop._tr.message(NoLlm().message)
    assert panel(writer)._remedy.isVisible()
    assert not panel(writer).start.isEnabled()
    notula.translation_services = (GROQ,)
    writer.driver.desktop.changes.publish(Changes(providers=True))
    writer.driver.wait(lambda: panel(writer).start.isEnabled())
    assert not panel(writer)._problem.isVisible()


def test_a_failure_is_told_and_can_be_tried_again(opened: Writer, served: FakeNotula) -> None:
    failure = ProviderFailing(provider="Groq")
    served.failures["translate_beside"] = failure
    opened.driver.wait(lambda: panel(opened).start.isEnabled())
    panel(opened).translate()
    opened.driver.wait(lambda: panel(opened)._problem.isVisible())
    assert panel(opened)._problem.text() == opened.driver.desktop._tr.message(failure.message)
    del served.failures["translate_beside"]
    translate(opened)
    assert not panel(opened)._problem.isVisible()


def test_nothing_is_sent_of_what_could_not_be_saved(opened: Writer, served: FakeNotula) -> None:
    served.failures["save_edits"] = ProviderFailing(provider="disk")
    opened.driver.wait(lambda: panel(opened).start.isEnabled())
    opened.editor.setFocus()
    opened.type("So ")
    panel(opened).translate()
    opened.driver.wait(lambda: panel(opened)._problem.isVisible())
    assert not served.asked("translate_beside")


def test_a_click_on_a_line_goes_to_its_passage(opened: Writer, qtbot: QtBot) -> None:
    translate(opened)
    block = view(opened).document().findBlockByNumber(2)
    box = view(opened).document().documentLayout().blockBoundingRect(block)
    qtbot.mouseClick(view(opened).viewport(), Qt.MouseButton.LeftButton, pos=QPoint(30, int(box.center().y())))
    assert opened.editor.textCursor().blockNumber() == 2
    (marked,) = view(opened).extraSelections()
    assert marked.cursor.blockNumber() == 2


def test_both_texts_scroll_together(served: FakeNotula, open_writer: object) -> None:
    plain = talk()
    many = replace(plain.transcript, segments=tuple(plain.transcript.segments) * 150)
    writer = open_writer(replace(plain, transcript=many))  # type: ignore[operator]
    open_panel(writer)
    writer.driver.wait(lambda: panel(writer).start.isEnabled())

    def first(edit: object) -> int:
        return edit.cursorForPosition(QPoint(0, 0)).blockNumber()  # type: ignore[attr-defined,no-any-return]

    writer.editor.go_to_segment(320)
    translate(writer)
    writer.driver.wait(lambda: view(writer).document().blockCount() == 450)
    assert first(view(writer)) == first(writer.editor) > 250

    writer.editor.verticalScrollBar().setValue(4_000)
    assert first(writer.editor) > 20
    assert first(view(writer)) == first(writer.editor)
    writer.put_cursor(200, 0)
    before = first(writer.editor)
    view(writer).setFocus()
    writer.press(Qt.Key.Key_PageUp)
    assert first(writer.editor) == first(view(writer)) < before
    writer.editor.verticalScrollBar().setValue(writer.editor.verticalScrollBar().maximum())
    assert view(writer).verticalScrollBar().value() == view(writer).verticalScrollBar().maximum()


def test_cards_and_the_translation_scroll_together(served: FakeNotula, open_writer: object) -> None:
    plain = talk()
    many = replace(plain.transcript, segments=tuple(plain.transcript.segments) * 50)
    writer = open_writer(replace(plain, transcript=many))  # type: ignore[operator]
    open_panel(writer)
    writer.driver.wait(lambda: panel(writer).start.isEnabled())
    translate(writer)
    writer.driver.wait(lambda: view(writer).document().blockCount() == 150)
    writer.page.text_modes.choose("cards")
    cards = writer.page.text_modes.cards
    writer.driver.wait(lambda: cards.check.counts.is_finished)

    def first_line() -> int:
        return view(writer).cursorForPosition(QPoint(0, 0)).blockNumber()

    def first_card() -> int:
        return cards.model.card(cards.view.rowAt(0)).number

    cards.view.go_to_row(100)
    assert first_line() == first_card() > 50
    cards.view.verticalScrollBar().setValue(cards.view.verticalScrollBar().maximum() // 2)
    assert first_line() == first_card() > 20
    before = first_card()
    view(writer).setFocus()
    writer.press(Qt.Key.Key_PageUp)
    assert first_card() == first_line() < before
    cards.view.verticalScrollBar().setValue(cards.view.verticalScrollBar().maximum())
    assert view(writer).verticalScrollBar().value() == view(writer).verticalScrollBar().maximum()

    writer.page.text_modes.choose("text")
    assert first_line() == writer.editor.cursorForPosition(QPoint(0, 0)).blockNumber()


def test_the_panel_and_its_language_are_remembered(served: FakeNotula, writer: Writer) -> None:
    open_panel(writer)
    panel(writer).language.setCurrentIndex(panel(writer).language.findData("de"))
    state = writer.page.saved_state()
    writer.page.panels.side.close_panel()
    panel(writer).language.setCurrentIndex(0)
    writer.page.restore_state(state)
    assert panel(writer).isVisible()
    assert panel(writer).language.currentData() == "de"
    writer.page.restore_state({"panel": {"open": 7}, "translation": "x"})


def test_another_transcript_has_its_own(opened: Writer, served: FakeNotula, faked: DesktopDriver) -> None:
    translate(opened)
    other = talk()
    served.stored[TranscriptId(8)] = replace(other, entry=replace(other.entry, id=TranscriptId(8)))
    faked.window.show_transcript(TranscriptId(8))
    page = faked.window.page(TranscriptPage)
    faked.wait(lambda: page.session.stored.entry.id == 8)
    assert shown(opened) == [""]
    assert [NUMBER, "id"] in served.asked("find_translation")
    faked.wait(lambda: [TranscriptId(8), "id"] in served.asked("find_translation"))
