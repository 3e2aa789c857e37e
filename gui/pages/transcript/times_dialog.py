"""Asks when a segment begins and ends."""

from PySide6.QtCore import QTime, Signal
from PySide6.QtWidgets import QDialog, QFormLayout, QTimeEdit, QWidget

from core.domain import Segment
from core.editing import LEAST_S
from core.i18n import Translator
from gui.scale import NUMBER_MARGIN
from gui.widgets.dialogs.answer_buttons import AnswerButtons
from gui.widgets.dialogs.dialog_column import dialog_column
from gui.widgets.invalid_field import mark_invalid
from gui.widgets.text import clock, paragraph

_FORMAT = "HH:mm:ss.zzz"
_LONGEST_MS = 24 * 3600 * 1000 - 1
"""What a QTimeEdit can show."""


class TimesDialog(QDialog):
    """Two times, which stay between those of the neighbours."""

    chosen = Signal(float, float)
    """The new start and end, in seconds."""

    def __init__(self, segment: Segment, free: tuple[float, float], tr: Translator, parent: QWidget) -> None:
        """`free` is from when to when the segment may lie, in seconds."""
        super().__init__(parent)
        self.setWindowTitle(tr("Times of this passage"))
        self._segment = segment
        self._tr = tr
        self.problem = paragraph(name="problem")
        self.start = self._field(tr("Begins"), segment.start_s)
        self.end = self._field(tr("Ends"), segment.end_s)
        earliest_s, latest_s = free
        self.start.setMinimumTime(_time(earliest_s))
        if latest_s * 1000 < _LONGEST_MS:
            self.end.setMaximumTime(_time(latest_s))
            told = tr(
                "Between {start} and {end}, where the passages before and after it lie.",
                start=clock(earliest_s),
                end=clock(latest_s),
            )
        else:
            told = tr("After {start}, where the passage before it ends.", start=clock(earliest_s))
        self._buttons = AnswerButtons(self, tr("Change"), tr("Cancel"))
        form = QFormLayout()
        form.addRow(tr("Begins"), self.start)
        form.addRow(tr("Ends"), self.end)
        column = dialog_column(self)
        column.addWidget(paragraph(told, "muted"))
        column.addLayout(form)
        column.addWidget(self.problem)
        column.addWidget(self._buttons)
        for field in (self.start, self.end):
            field.timeChanged.connect(self._check)
        self._check()

    def accept(self) -> None:
        # A time that nobody touched stays exact: the fields know whole milliseconds.
        start_s = self._chosen(self.start, self._segment.start_s)
        end_s = self._chosen(self.end, self._segment.end_s)
        if (start_s, end_s) != (self._segment.start_s, self._segment.end_s):
            self.chosen.emit(start_s, end_s)
        super().accept()

    def _chosen(self, field: QTimeEdit, before_s: float) -> float:
        return before_s if field.time() == _time(before_s) else field.time().msecsSinceStartOfDay() / 1000

    def _field(self, name: str, time_s: float) -> QTimeEdit:
        field = QTimeEdit(_time(time_s))
        field.setDisplayFormat(_FORMAT)
        field.lineEdit().setTextMargins(NUMBER_MARGIN, 0, 0, 0)
        field.setAccessibleName(name)
        field.setCurrentSection(QTimeEdit.Section.SecondSection)
        return field

    def _check(self) -> None:
        length_ms = self.end.time().msecsSinceStartOfDay() - self.start.time().msecsSinceStartOfDay()
        is_wrong = length_ms < 1000 * LEAST_S
        sentence = self._tr("The end has to come at least a tenth of a second after the beginning.") if is_wrong else ""
        self.problem.setText(sentence)
        self.problem.setVisible(is_wrong)
        for field in (self.start, self.end):
            mark_invalid(field, sentence)
        self._buttons.yes.setEnabled(not is_wrong)


def _time(time_s: float) -> QTime:
    return QTime.fromMSecsSinceStartOfDay(min(_LONGEST_MS, round(1000 * time_s)))
