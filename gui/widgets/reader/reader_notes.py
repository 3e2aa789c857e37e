"""What is to be known of a recording, above its text, with a button for each place that it sends people to."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from core.domain import TranslatableText
from core.domain.errors.pages import page_of
from core.domain.visible import visible_lines
from core.domain.window_page import WindowPage
from core.i18n import Translator
from gui.messages import Messages
from gui.widgets.text import named, paragraph


class ReaderNotes(QWidget):
    """Hidden where there is nothing to say."""

    def __init__(self, messages: Messages, tr: Translator, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._messages = messages
        self._tr = tr
        self._text = paragraph(name="problem")
        self._buttons: dict[WindowPage, QPushButton] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._text)
        self.hide()

    @property
    def links(self) -> list[QPushButton]:
        """The buttons that are shown."""
        return [button for button in self._buttons.values() if not button.isHidden()]

    def show_notes(self, notes: Iterable[TranslatableText]) -> None:
        """Say these, each once; nothing where there are none."""
        told = {self._tr.message(note): page_of(note) for note in notes}
        self._text.setText("\n".join(map(visible_lines, told)))
        places = set(told.values())
        for place in places:
            if place is not None and place not in self._buttons:
                self._add_button(place)
        for place, button in self._buttons.items():
            button.setVisible(place in places)
        self.setVisible(bool(told))

    def text(self) -> str:
        """What is said."""
        return self._text.text()

    def _add_button(self, place: WindowPage) -> None:
        link = self._messages.link_to(place)
        if link is not None:
            button = self._buttons[place] = named(QPushButton(link.text), "link")
            button.clicked.connect(link.open)
            self._column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
