"""Recordings that an end of Notula has cut off: a row each, until a person has decided what becomes of it."""

from functools import partial

from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from core.domain.capture import SavedRecording
from gui.page_context import PageContext
from gui.pages.transcribe.recording_card import ask_to_delete_recording
from gui.recording_control import elapsed
from gui.scale import Gap
from gui.widgets.text import empty, label, moment, named, paragraph


class SavedRecordings(QWidget):
    """Hidden where there are none."""

    appeared = Signal()
    """There is something to see, or nothing any more."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tr = context.tr
        self._control = context.recording
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(Gap.SMALL)
        self._control.saved_changed.connect(self._show)
        self.setVisible(bool(self._control.saved))
        self._show()

    def _show(self) -> None:
        empty(self._column)
        for one in self._control.saved:
            self._column.addWidget(self._row(one))
        self.setVisible(bool(self._control.saved))
        self.appeared.emit()

    def _row(self, saved: SavedRecording) -> QFrame:
        tr = self._tr
        length = elapsed(saved.length_s)
        told = tr("A recording of {length} was saved", length=length)
        transcribe = named(QPushButton(tr("Transcribe")), "primary")
        transcribe.setAccessibleName(tr("Transcribe the recording of {length}", length=length))
        transcribe.clicked.connect(lambda: self._control.transcribe_saved(saved.file))
        delete = QPushButton(tr("Delete …"))
        delete.setAccessibleName(tr("Delete the recording of {length}", length=length))
        delete.clicked.connect(lambda: self._ask_to_delete(saved))
        texts = QVBoxLayout()
        texts.setSpacing(Gap.TIGHT)
        texts.addWidget(label(told, "rowname"))
        when = moment(QLocale(tr.language), saved.begun_at)
        texts.addWidget(paragraph(tr("Notula ended while it was recorded. It began on {time}.", time=when), "muted"))
        row = named(QFrame(), "card")
        line = QHBoxLayout(row)
        line.setContentsMargins(Gap.LARGE, Gap.MEDIUM, Gap.MEDIUM, Gap.MEDIUM)
        line.setSpacing(Gap.MEDIUM)
        line.addLayout(texts, 1)
        for button in (transcribe, delete):
            line.addWidget(button)
        return row

    def _ask_to_delete(self, saved: SavedRecording) -> None:
        tr = self._tr
        ask_to_delete_recording(
            tr,
            tr("Delete the recording of {length}?", length=elapsed(saved.length_s)),
            tr("It can't be undone."),
            partial(self._control.delete_saved, saved.file),
            self,
        )
