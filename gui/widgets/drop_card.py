"""The card that invites to drop recordings, and the buttons for other ways. Dropping works anywhere in the window."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from core.i18n import Translator
from gui.actions.actions import Actions
from gui.actions.keys import shown
from gui.actions.tooltips import tell_keys
from gui.scale import Gap
from gui.theme import icon
from gui.widgets.picture import Picture
from gui.widgets.recording_chooser import RecordingChooser
from gui.widgets.text import label, named

HEIGHT = 220
_PICTURE_SIZE = 44


class DropCard(QFrame):
    """Its buttons open the dialogs of `chooser`, and do `record` where that is given."""

    def __init__(
        self,
        chooser: RecordingChooser,
        actions: Actions,
        tr: Translator,
        parent: QWidget | None = None,
        *,
        record: QAction | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("drop")
        self.setMinimumHeight(HEIGHT)
        self._actions = actions
        self._tr = tr
        self._opens = chooser.add_action.objectName()
        self.choose = named(
            _button(tr("Choose files …"), tr("Choose files to transcribe"), chooser.add_action), "primary"
        )
        folder = _button(tr("Folder …"), tr("Choose a folder …"), chooser.folder_action)
        link = _button(tr("Paste a link …"), tr("Add a web address …"), chooser.address_action)
        self.hint = label(name="muted")
        column = QVBoxLayout(self)
        column.setSpacing(Gap.MEDIUM)
        column.addStretch(1)
        column.addWidget(named(Picture("drop", _PICTURE_SIZE), "droppicture"), 0, Qt.AlignmentFlag.AlignCenter)
        for text in (label(tr("Drop recordings, folders or a link"), "title"), self.hint):
            text.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(text)
        row = QHBoxLayout()
        row.setSpacing(Gap.SMALL)
        row.addStretch(1)
        for button in (self.choose, folder, link):
            row.addWidget(button)
        self.record = QPushButton(icon("record"), tr("Record"))
        self.record.setAccessibleName(tr("Record"))
        if record is None:
            self.record.hide()
        else:
            self.record.clicked.connect(record.trigger)
            tell_keys(self.record, record, tr("Record from a microphone, or what the computer plays"))
            row.addWidget(self.record)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)
        actions.keys_changed.connect(self._tell_keys)
        self._tell_keys()

    def _tell_keys(self) -> None:
        tr = self._tr
        told = [tr("Audio or video.")]
        for name, sentence in ((self._opens, tr("{keys} opens files.")), ("window_paste", tr("{keys} pastes."))):
            if keys := self._actions.keys_of(name):
                told.append(sentence.format(keys=shown(keys[:1])))
        self.hint.setText(" ".join(told))


def _button(text: str, explained: str, action: QAction) -> QPushButton:
    button = QPushButton(text)
    button.setAccessibleName(explained)
    button.clicked.connect(action.trigger)
    tell_keys(button, action, explained)
    return button
