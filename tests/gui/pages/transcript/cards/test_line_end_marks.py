"""The marks where lines of files end stand between the words, whatever the screen's scale and the size of type."""

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QFont, QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from core.i18n import Translator
from gui.pages.transcript.cards.card_editor import CardEditor
from tests.gui.picture_colours import colours_in

LATIN = ("Was gefragt, wenn gejagt wird,", "jeder Yak im Gaggeln, fjord", "by quirky jugglers, pyjamas.")
HAN = ("他们在那里等了很久", "然后他们就走了。")
ARABIC = ("ذهبوا إلى هناك", "ثم عادوا إلى البيت")
EMOJI = ("One word and \U0001f600", "another word.")


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(1400, 60)
    return made


@pytest.fixture
def editor(parent: QWidget) -> CardEditor:
    made = CardEditor(Translator("en"), parent)
    made.setGeometry(0, 0, 1400, 60)
    parent.show()
    return made


def picture(editor: CardEditor, scale: float) -> QImage:
    viewport = editor.viewport()
    made = QImage(viewport.size() * scale, QImage.Format.Format_RGB32)
    made.setDevicePixelRatio(scale)
    made.fill(Qt.GlobalColor.white)
    viewport.render(made, QPoint(0, 0))
    return made


def show(editor: CardEditor, lines: tuple[str, ...], between: str) -> None:
    editor.show_text(between.join(lines).replace(" ", between or " "))
    editor.show_breaks([lines])


@pytest.mark.parametrize("size", [9, 11, 20])
@pytest.mark.parametrize("scale", [1.0, 1.25, 2.0])
@pytest.mark.parametrize(
    ("lines", "between"), [(LATIN, " "), (HAN, ""), (ARABIC, " "), (EMOJI, "  ")], ids=["latin", "han", "arabic", "two"]
)
def test_no_mark_is_over_a_word(
    editor: CardEditor, monkeypatch: pytest.MonkeyPatch, lines: tuple[str, ...], between: str, scale: float, size: int
) -> None:
    editor.setFont(QFont(editor.font().family(), size))
    editor.setCursorWidth(0)
    show(editor, lines, between)
    places = [mark for mark, _ in editor.line_ends.marks()]
    assert len(places) == len(lines) - 1
    with_marks = picture(editor, scale)
    monkeypatch.setattr(type(editor.line_ends), "draw", lambda self, painter: None)
    words = picture(editor, scale)
    for place in places:
        inside = QRect((place.topLeft() * scale).toPoint(), (place.bottomRight() * scale).toPoint()).adjusted(
            -1, -1, 1, 1
        )
        assert len(colours_in(words.copy(inside))) == 1, "a letter is there"
        assert len(colours_in(with_marks.copy(inside))) > 1


def test_the_text_stays_as_it_is(editor: CardEditor, qtbot: QtBot) -> None:
    show(editor, LATIN, " ")
    assert editor.segment_text == " ".join(LATIN)
    typed = []
    editor.typed.connect(typed.append)
    width = editor.document().idealWidth()
    editor.show_breaks([LATIN[:1]])
    assert editor.document().idealWidth() < width
    assert list(editor.line_ends.marks()) == []
    assert typed == []
    show(editor, LATIN, " ")
    editor.select(0, 0)
    qtbot.keyClick(editor, Qt.Key.Key_X)
    assert typed == ["x" + " ".join(LATIN)]


def test_where_the_line_is_wrapped_anyway_there_is_no_mark(editor: CardEditor) -> None:
    show(editor, LATIN, " ")
    editor.setFixedWidth(int(editor.fontMetrics().horizontalAdvance(max(LATIN, key=len)) * 1.1) + 12)
    assert len(list(editor.line_ends.marks())) < len(LATIN) - 1


def test_between_words_from_right_to_left_the_mark_points_right(editor: CardEditor) -> None:
    show(editor, ARABIC, " ")
    assert [is_mirrored for _, is_mirrored in editor.line_ends.marks()] == [True]
    show(editor, LATIN[:2], " ")
    assert [is_mirrored for _, is_mirrored in editor.line_ends.marks()] == [False]
