"""The invitation that fills an empty queue."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from core.i18n import Translator
from gui.theme import icon
from gui.widgets.text import label, named, paragraph

_ICON_SIZE = 56


class DropArea(QWidget):
    """Invites to drop recordings and offers other ways. Dropping itself works anywhere in the window."""

    open_wanted = Signal()
    """The button to choose files was pressed."""

    folder_wanted = Signal()
    """The button to choose a folder was pressed."""

    address_wanted = Signal()
    """The button to add a web address was pressed."""

    def __init__(self, tr: Translator, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        frame = named(QFrame(), "drop")
        picture = named(_Picture("drop"), "droppicture")
        heading = label(tr("Drop a recording here"), "title")
        explained = paragraph(
            tr("Audio or video, one file or a whole folder. Everything stays on this computer."), "muted"
        )
        self.choose = button = named(QPushButton(tr("Choose files …")), "primary")
        button.setAccessibleName(tr("Choose files to transcribe"))
        button.clicked.connect(self.open_wanted)
        column = QVBoxLayout(frame)
        column.setSpacing(14)
        column.addStretch(2)
        column.addWidget(picture, 0, Qt.AlignmentFlag.AlignCenter)
        for widget in (heading, explained):
            widget.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(widget)
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignCenter)
        others = QHBoxLayout()
        others.addStretch(1)
        for text, wanted in (
            (tr("Choose a folder …"), self.folder_wanted),
            (tr("Add a web address …"), self.address_wanted),
        ):
            other = QPushButton(text)
            other.clicked.connect(wanted)
            others.addWidget(other)
        others.addStretch(1)
        column.addLayout(others)
        hint = paragraph(tr("Ctrl+O opens, Ctrl+V pastes copied files."), "muted")
        hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(hint)
        column.addStretch(3)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(frame)


class _Picture(QWidget):
    """An icon that is drawn in the current colours and at the current scale, which a pixmap would not follow."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon(name)
        self.setFixedSize(_ICON_SIZE, _ICON_SIZE)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._icon.paint(painter, self.rect())
        painter.end()
