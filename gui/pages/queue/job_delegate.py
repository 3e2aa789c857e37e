"""Draws a job's state: a word with a coloured dot, or a bar that fills."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from core.domain import JobState, JobView
from gui.pages.queue.job_table import JOB_ROLE, notes_of
from gui.theme import Colours, colours_of

ROW_HEIGHT = 40
_PADDING = 10
_BAR_HEIGHT = 6
_DOT = 8


class StateDelegate(QStyledItemDelegate):
    """For the table's state column."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        job: JobView = index.data(JOB_ROLE)
        colours = colours_of(option.palette)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, QColor(colours.selection))
        area = QRectF(option.rect).adjusted(_PADDING, 0, -_PADDING, 0)
        text = index.data(Qt.ItemDataRole.DisplayRole)
        if job.state is JobState.RUNNING and job.progress is not None:
            self._draw_bar(painter, area, text, job.progress, colours)
        else:
            self._draw_word(painter, option, area, text, _colour(job, colours))
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(super().sizeHint(option, index).width() + 2 * _PADDING, ROW_HEIGHT)

    def _draw_bar(self, painter: QPainter, area: QRectF, text: str, progress: float, colours: Colours) -> None:
        text_width = painter.fontMetrics().horizontalAdvance("100 %") + _PADDING
        bar = QRectF(area.left(), area.center().y() - _BAR_HEIGHT / 2, max(0.0, area.width() - text_width), _BAR_HEIGHT)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.hover))
        painter.drawRoundedRect(bar, _BAR_HEIGHT / 2, _BAR_HEIGHT / 2)
        painter.setBrush(QColor(colours.accent))
        painter.drawRoundedRect(
            QRectF(bar.left(), bar.top(), bar.width() * progress, bar.height()), _BAR_HEIGHT / 2, _BAR_HEIGHT / 2
        )
        painter.setPen(QColor(colours.text))
        painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)

    def _draw_word(
        self, painter: QPainter, option: QStyleOptionViewItem, area: QRectF, text: str, colour: QColor
    ) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(QRectF(area.left(), area.center().y() - _DOT / 2, _DOT, _DOT))
        painter.setPen(option.palette.text().color())
        room = area.adjusted(2 * _DOT, 0, 0, 0)
        elided = option.fontMetrics.elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, elided)


def _colour(job: JobView, colours: Colours) -> QColor:
    if job.state is JobState.DONE and notes_of(job):
        return QColor(colours.warning)
    return QColor(
        {
            JobState.QUEUED: colours.border,
            JobState.RUNNING: colours.accent,
            JobState.RETRYING: colours.warning,
            JobState.DONE: colours.good,
            JobState.FAILED: colours.bad,
            JobState.CANCELLED: colours.muted,
        }[job.state]
    )
