"""One window with everything that the window's pages are made of, for the pictures of docs/design.md."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontInfo
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.scale import DIALOG_WIDTH, NUMBER_MARGIN, READABLE_WIDTH, Gap, Radius
from gui.theme import Colours, icon, style_sheet
from gui.widgets.dialogs.answer_buttons import AnswerButtons, AnswerKind
from gui.widgets.dialogs.question import Asked, Question
from gui.widgets.invalid_field import mark_invalid
from gui.widgets.text import label, named, paragraph
from tests.contrast import contrast

INKS = ("text", "muted", "accent", "good", "warning", "bad")
PAPERS = ("window", "panel", "hover", "selection")


def specimens(colours: Colours) -> dict[str, Callable[[], QWidget]]:
    """What makes each picture, by name."""
    return {
        "colours": lambda: _page(colours, "Colours by role, and contrast of text on them", _colours(colours)),
        "type": lambda: _page(colours, "Type and gaps", _type(), _gaps(colours)),
        "controls": lambda: _page(colours, "Controls in their states", _buttons(), _fields()),
        "surfaces": lambda: _page(colours, "Surfaces", _surfaces()),
        "dialog": _dialog,
    }


def show_focus(shown: QWidget) -> None:
    """Give the focus to what is to have it, once it can be given."""
    for button in shown.findChildren(QPushButton):
        if button.property("state") == "focus":
            button.setFocus()


def _page(colours: Colours, title: str, *parts: QWidget) -> QWidget:
    page = QWidget()
    # Only one thing is under the pointer at a time; here several look as if they were.
    sheet = style_sheet(colours, QFontInfo(QApplication.font()).pixelSize())
    page.setStyleSheet(sheet.replace(":hover", '[state="hover"]'))
    page.setAutoFillBackground(True)
    page.setFixedWidth(READABLE_WIDTH)
    column = QVBoxLayout(page)
    column.setContentsMargins(Gap.WIDE, Gap.LARGE, Gap.WIDE, Gap.WIDE)
    column.setSpacing(Gap.MEDIUM)
    column.addWidget(label(title, "title"))
    for part in parts:
        column.addWidget(part)
    return page


def _card(title: str, inside: QWidget) -> QFrame:
    card = named(QFrame(), "card")
    column = QVBoxLayout(card)
    column.setContentsMargins(Gap.LARGE, Gap.MEDIUM, Gap.LARGE, Gap.MEDIUM)
    column.setSpacing(Gap.SMALL)
    column.addWidget(label(title, "cardtitle"))
    column.addWidget(inside)
    return card


def _row(*widgets: QWidget) -> QWidget:
    row = named(QWidget(), "plain")
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(Gap.SMALL)
    for widget in widgets:
        line.addWidget(widget)
    line.addStretch(1)
    return row


def _rows(*rows: QWidget) -> QWidget:
    block = named(QWidget(), "plain")
    column = QVBoxLayout(block)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(Gap.SMALL)
    for row in rows:
        column.addWidget(row)
    return block


def _painted(text: str, ink: str, paper: str) -> QLabel:
    """A label in colours of its own, as no page has one."""
    shown = label(text)
    shown.setStyleSheet(f"color: {ink}; background: {paper}; padding: {Gap.SMALL}px; border-radius: {Radius.SMALL}px;")
    return shown


def _colours(colours: Colours) -> QWidget:
    table = QWidget()
    grid = QGridLayout(table)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setSpacing(Gap.TIGHT)
    for column, paper in enumerate(PAPERS):
        grid.addWidget(label(f"{paper}  {getattr(colours, paper)}", "muted"), 0, column)
    for row, ink in enumerate(INKS, 1):
        for column, paper in enumerate(PAPERS):
            first, second = getattr(colours, ink), getattr(colours, paper)
            grid.addWidget(_painted(f"{ink}  {contrast(first, second):.1f}", first, second), row, column)
    for number, ink in enumerate(colours.speakers):
        line, column = divmod(number, len(PAPERS))
        grid.addWidget(_painted(f"speaker {number + 1}  {ink}", ink, colours.panel), len(INKS) + 3 + line, column)
    on = [("on_accent", ground) for ground in ("accent", "accent_hover", "accent_pressed")]
    for column, (ink, paper) in enumerate(on):
        first, second = getattr(colours, ink), getattr(colours, paper)
        grid.addWidget(_painted(f"{paper}  {contrast(first, second):.1f}", first, second), len(INKS) + 1, column)
    for column, line in enumerate(("border", "outline", "mark")):
        value = getattr(colours, line)
        ink = colours.panel if QColor(value).lightness() > 128 and colours.panel != "#ffffff" else colours.text
        ink = "#ffffff" if line == "mark" else ink
        grid.addWidget(_painted(f"{line}  {value}", ink, value), len(INKS) + 2, column)
    return table


def _type() -> QWidget:
    figures = QWidget()
    grid = QGridLayout(figures)
    grid.setContentsMargins(0, 0, 0, 0)
    for row, number in enumerate(("1 111,1", "2 908,5")):
        shown = label(number)
        shown.setAlignment(Qt.AlignmentFlag.AlignRight)
        grid.addWidget(shown, row, 0)
    return _card(
        "Sizes follow the system's own",
        _rows(
            label("19 s — figure", "figure"),
            label("Title of a page", "title"),
            label("Title of a card, sentence of a dialog", "subtitle"),
            label("Name of a row", "rowname"),
            label("Body: text, labels, buttons"),
            label("Muted: what explains", "muted"),
            _row(label("Numbers are right-aligned, in figures of one width:"), figures),
        ),
    )


def _gaps(colours: Colours) -> QWidget:
    drawn = []
    for gap in Gap:
        bar = QWidget()
        bar.setFixedSize(gap, Gap.LARGE)
        bar.setStyleSheet(f"background: {colours.accent};")
        drawn.append(_row(bar, label(f"{gap.name.capitalize()} {gap}")))
    return _card("Gaps", _row(*drawn))


def _state(button: QPushButton, state: str) -> QPushButton:
    """Show a button in a state in which a picture can't have it by itself."""
    button.setText(f"{button.text()} {state}".strip())
    if state == "pressed":
        button.setDown(True)
    elif state == "disabled":
        button.setEnabled(False)
    elif state == "hover":
        button.setProperty("state", state)
    return button


def _buttons() -> QWidget:
    rows = []
    for kind, text in (("primary", "Primary"), ("", "Usual"), ("destructive", "Delete")):
        rows.append(
            _row(*(_state(named(QPushButton(text), kind), state) for state in ("", "hover", "pressed", "disabled")))
        )
    chips = []
    for text, is_chosen in (("All 75", True), ("Running 2", False), ("Failed 3", False)):
        chip = named(QToolButton(), "chip")
        chip.setText(text)
        chip.setCheckable(True)
        chip.setChecked(is_chosen)
        chips.append(chip)
    action = named(QToolButton(), "action")
    action.setIcon(icon("copy"))
    quiet = named(QToolButton(), "quiet")
    quiet.setIcon(icon("close"))
    focused = QPushButton("With the focus")
    focused.setProperty("state", "focus")
    return _card("Buttons and chips", _rows(*rows, _row(focused, action, quiet, *chips)))


def _fields() -> QWidget:
    line, empty, off = QLineEdit("interview.wav"), QLineEdit(), QLineEdit("Not here")
    empty.setPlaceholderText("Search by name")
    off.setEnabled(False)
    choice, number, wrong = QComboBox(), QSpinBox(), QLineEdit("ht//example")
    choice.addItem("Recognise it")
    reason = "An address begins with http:// or https://."
    mark_invalid(wrong, reason)
    number.setValue(12)
    number.lineEdit().setTextMargins(NUMBER_MARGIN, 0, 0, 0)
    ticked, unticked, radio, other = (
        QCheckBox("Ticked"),
        QCheckBox("Not"),
        QRadioButton("Chosen"),
        QRadioButton("Other"),
    )
    ticked.setChecked(True)
    radio.setChecked(True)
    return _card(
        "Fields",
        _rows(
            _row(line, empty, off),
            _row(choice, number, ticked, unticked, radio, other),
            _row(wrong, label(reason, "problem")),
        ),
    )


def _surfaces() -> QWidget:
    listed = named(QListWidget(), "list")
    listed.addItems(["A row", "The chosen row", "Another"])
    listed.setCurrentRow(1)
    listed.setFixedHeight(120)
    message = named(QFrame(), "messagebar")
    message.setProperty("level", "error")
    line = QHBoxLayout(message)
    line.setContentsMargins(Gap.LARGE, Gap.SMALL, Gap.SMALL, Gap.SMALL)
    line.addWidget(label("The folder can't be written. Choose another in the settings."), 1)
    line.addWidget(QPushButton("Choose a folder"))
    progress = QProgressBar()
    progress.setTextVisible(False)
    progress.setValue(40)
    told = (label("Within its target", "good"), label("More than 50 wait", "warning"), label("Failed", "alarm"))
    return _rows(
        _card("A card lies on the window", _rows(paragraph("What explains it.", "muted"), progress, _row(*told))),
        listed,
        message,
    )


def _dialog() -> QWidget:
    asked = Asked(
        "Delete for good",
        "Delete 1 transcript for good?",
        "interview.wav\n\nIt can't be undone. The recording itself stays where it is.",
    )
    question = Question(asked, "Delete", "Keep", AnswerKind.DESTRUCTIVE)
    question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    question.setFixedWidth(DIALOG_WIDTH)
    assert isinstance(question.answers, AnswerButtons)
    return question
