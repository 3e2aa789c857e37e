"""One setting on the page: its title, its editor, help, what is wrong with its value, and whether it was changed."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QBoxLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.domain import TranslatableText
from core.i18n import Translator
from gui.messages import PageLink
from gui.pages.settings.setting_editors import Editor
from gui.scale import Gap
from gui.widgets.invalid_field import mark_invalid
from gui.widgets.text import label, named, paragraph

TITLE_WIDTH = 200
"""The column of the settings' titles, the same in all sections."""

_NARROW = 480
"""Where there is less room than this, the title stands above the editor."""


class SettingRow(QWidget):
    """Puts an editor beside what belongs to its setting."""

    reset_wanted = Signal(str)
    """The setting of this name is to have its default again."""

    def __init__(self, editor: Editor, help_text: str, tr: Translator, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("settingrow")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._tr = tr
        self.editor = editor
        self._title = paragraph(editor.title)
        self._dot = label("●", "changed")
        self._dot.setToolTip(tr("Changed"))
        self._dot.setAccessibleName(tr("Changed"))
        self.reset = QPushButton(tr("Reset"))
        self.reset.setAccessibleName(tr("Reset: {setting}", setting=editor.title))
        self.reset.clicked.connect(lambda: self.reset_wanted.emit(editor.name))
        self._help = paragraph(help_text, "muted")
        if not help_text:
            self._help.hide()  # To show what has no parent yet makes a window of it.
        self.link: QPushButton | None = None
        """Goes to the place that the help names."""
        self.problem = paragraph(name="problem")
        self.problem.hide()
        self._is_changed = False
        self._lay_out()
        self.set_changed(False)

    def add_link(self, link: PageLink) -> None:
        """Add a button to the place that the help names."""
        self.link = named(QPushButton(link.text), "link")
        self.link.setAccessibleName(f"{link.text}: {self.editor.title}")
        self.link.clicked.connect(link.open)
        self._cell.insertWidget(self._cell.indexOf(self._help) + 1, self.link, 0, Qt.AlignmentFlag.AlignLeft)

    def set_changed(self, is_changed: bool) -> None:
        """Mark the setting as one that differs from its default, and offer to reset it."""
        self._is_changed = is_changed
        self._dot.setText("●" if is_changed else "")
        self._show_reset()

    def say(self, problem: TranslatableText | None) -> None:
        """Show what is wrong with the value in the field; None where nothing is."""
        sentence = self._tr.message(problem) if problem is not None else ""
        self.problem.setText(sentence)
        field = self.editor.findChild(QAbstractSpinBox) or self.editor.findChild(QLineEdit)
        if field is not None and self.editor.keeps_what_was_typed:
            mark_invalid(field, sentence)
        self.problem.setVisible(problem is not None)
        self._show_reset()

    @property
    def has_problem(self) -> bool:
        """Whether the field holds a value that isn't used."""
        return not self.problem.isHidden()

    def mark(self, *, is_found: bool) -> None:
        """Mark it as one that a search has found."""
        self.setProperty("found", is_found)
        self.style().unpolish(self)
        self.style().polish(self)

    def minimumSizeHint(self) -> QSize:
        """Of the narrow form: that of the wide one would keep it from ever becoming narrow."""
        editor, button = self.editor.minimumSizeHint(), self.reset.sizeHint()
        return QSize(editor.width() + button.width() + Gap.WIDE, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_narrow = self.width() < _NARROW
        direction = QBoxLayout.Direction.TopToBottom if is_narrow else QBoxLayout.Direction.LeftToRight
        if self._whole.direction() != direction:
            self._whole.setDirection(direction)
            self._whole.setSpacing(Gap.TIGHT if is_narrow else Gap.WIDE)
            self._head.setFixedWidth(self.width() - 2 * Gap.SMALL if is_narrow else TITLE_WIDTH)
            self._head_row.setContentsMargins(0, 0 if is_narrow else Gap.SMALL, 0, 0)
        elif is_narrow:
            self._head.setFixedWidth(self.width() - 2 * Gap.SMALL)

    def _show_reset(self) -> None:
        self.reset.setVisible(self._is_changed or self.has_problem)

    def _lay_out(self) -> None:
        self._head = named(QWidget(), "plain")
        self._head.setFixedWidth(TITLE_WIDTH)
        self._head_row = head = QHBoxLayout(self._head)
        head.setContentsMargins(0, Gap.SMALL, 0, 0)
        head.setSpacing(Gap.TIGHT)
        self._dot.setFixedWidth(self._dot.sizeHint().width())
        head.addWidget(self._title, 1, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._dot, 0, Qt.AlignmentFlag.AlignTop)
        field = QHBoxLayout()
        field.setSpacing(Gap.SMALL)
        field.addWidget(self.editor, 1)
        field.addWidget(self.reset, 0, Qt.AlignmentFlag.AlignTop)
        cell = QVBoxLayout()
        cell.setSpacing(Gap.TIGHT)
        cell.addLayout(field)
        cell.addWidget(self._help)
        self._cell = cell
        cell.addWidget(self.problem)
        cell.addStretch(1)
        self._whole = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._whole.setContentsMargins(Gap.SMALL, Gap.SMALL, Gap.SMALL, Gap.SMALL)
        self._whole.setSpacing(Gap.WIDE)
        self._whole.addWidget(self._head, 0, Qt.AlignmentFlag.AlignTop)
        self._whole.addLayout(cell, 1)
