"""Draws a job in two lines: its name and where it comes from; how far it is, or what went wrong with a button."""

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from core.domain import JobState, JobView
from core.i18n import Translator
from gui.pages.queue.job_table import JOB_ROLE, ORIGIN_ROLE, SECOND_LINE_ROLE
from gui.pages.queue.job_texts import notes_of, origin_icon
from gui.theme import Colours, colours_of, icon
from gui.widgets.job_remedies import remedy_of, remedy_text

ROW_HEIGHT = 52
_PADDING = 12
_GAP = 8
_ICON = 20
_BAR_HEIGHT, _WIDEST_BAR, _BAR_SHARE = 6, 200, 3
_DOT = 8
_BUTTON_HEIGHT, _BUTTON_PADDING, _BUTTON_RADIUS = 28, 12, 7

_Index = QModelIndex | QPersistentModelIndex
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class JobDelegate(QStyledItemDelegate):
    """For the rows of `JobTableModel`."""

    remedy_wanted = Signal(object)
    """The button of this `JobView` was clicked."""

    def __init__(self, tr: Translator, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tr = tr
        self._icons: dict[tuple[str, str, float], QPixmap] = {}
        self._pressed: QPersistentModelIndex | None = None

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(0, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        job: JobView = index.data(JOB_ROLE)
        colours = colours_of(option.palette)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, QColor(colours.selection))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(option.rect, QColor(colours.hover))
        painter.setPen(QColor(colours.border))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        area = option.rect.adjusted(_PADDING, 5, -_PADDING, -6)
        self._draw_icon(painter, QRect(area.left(), area.center().y() - _ICON // 2, _ICON, _ICON), job, colours)
        area.setLeft(area.left() + _ICON + _PADDING)
        button = self._button_of(option, job)
        if button is not None:
            self._draw_button(painter, button, job, colours)
            area.setRight(button.left() - _PADDING)
        middle = area.center().y()
        first, second = QRect(area), QRect(area)
        first.setBottom(middle)
        second.setTop(middle + 1)
        self._draw_name(painter, first, option, index, colours)
        self._draw_state(painter, second, job, index.data(SECOND_LINE_ROLE), colours)
        painter.restore()

    def editorEvent(
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: _Index
    ) -> bool:
        """A click on the button is none on the row: it selects nothing."""
        is_press = event.type() in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick)
        if not isinstance(event, QMouseEvent) or not (is_press or event.type() is QEvent.Type.MouseButtonRelease):
            return False
        job: JobView = index.data(JOB_ROLE)
        button = self._button_of(option, job)
        is_inside = button is not None and button.contains(event.position().toPoint())
        if event.button() is not Qt.MouseButton.LeftButton:
            return False
        pressed, self._pressed = self._pressed, QPersistentModelIndex(index) if is_press and is_inside else None
        if not is_press and is_inside and pressed == index:
            self.remedy_wanted.emit(job)
        return is_inside

    def _button_of(self, option: QStyleOptionViewItem, job: JobView) -> QRect | None:
        """Where the button of a row is; None where it has none."""
        remedy = remedy_of(job)
        if remedy is None:
            return None
        width = option.fontMetrics.horizontalAdvance(remedy_text(self._tr, remedy)) + 2 * _BUTTON_PADDING
        top = option.rect.center().y() - _BUTTON_HEIGHT // 2
        return QRect(option.rect.right() - _PADDING - width, top, width, _BUTTON_HEIGHT)

    def _draw_button(self, painter: QPainter, button: QRect, job: JobView, colours: Colours) -> None:
        remedy = remedy_of(job)
        assert remedy is not None
        painter.setPen(QPen(QColor(colours.border)))
        painter.setBrush(QColor(colours.panel))
        painter.drawRoundedRect(button, _BUTTON_RADIUS, _BUTTON_RADIUS)
        painter.setPen(QColor(colours.text))
        painter.drawText(button, Qt.AlignmentFlag.AlignCenter, remedy_text(self._tr, remedy))

    def _draw_icon(self, painter: QPainter, place: QRect, job: JobView, colours: Colours) -> None:
        """As a pixmap that is kept: reading an SVG at each paint would be felt with a screen full of them."""
        name, ratio = origin_icon(job), painter.device().devicePixelRatioF()
        kept = self._icons.get((name, colours.text, ratio))
        if kept is None:
            kept = icon(name).pixmap(QSize(_ICON, _ICON), ratio)
            self._icons[name, colours.text, ratio] = kept
        painter.drawPixmap(place.topLeft(), kept)

    def _draw_name(
        self, painter: QPainter, area: QRect, option: QStyleOptionViewItem, index: _Index, colours: Colours
    ) -> None:
        origin = index.data(ORIGIN_ROLE)
        if origin:
            painter.setPen(QColor(colours.muted))
            painter.drawText(area, _RIGHT, origin)
            area = area.adjusted(0, 0, -option.fontMetrics.horizontalAdvance(origin) - _PADDING, 0)
        painter.setPen(QColor(colours.text))
        font = painter.font()
        plain = painter.font()
        font.setWeight(font.Weight.DemiBold)
        painter.setFont(font)
        name = QFontMetrics(font).elidedText(index.data(), Qt.TextElideMode.ElideMiddle, area.width())
        painter.drawText(area, _LEFT, name)
        painter.setFont(plain)

    def _draw_state(self, painter: QPainter, area: QRect, job: JobView, text: str, colours: Colours) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        middle = area.center().y()
        if job.state is JobState.RUNNING:
            width = min(_WIDEST_BAR, area.width() // _BAR_SHARE)
            bar = QRect(area.left(), middle - _BAR_HEIGHT // 2, width, _BAR_HEIGHT)
            self._draw_bar(painter, bar, job.progress or 0.0, colours)
            area = area.adjusted(width + _PADDING, 0, 0, 0)
        else:
            if job.state is JobState.QUEUED:  # A ring: nothing has happened yet.
                painter.setPen(QPen(QColor(colours.muted), 1.5))
            else:
                painter.setBrush(_dot_colour(job, colours))
            painter.drawEllipse(QRect(area.left(), middle - _DOT // 2, _DOT, _DOT))
            area = area.adjusted(_DOT + _GAP, 0, 0, 0)
        painter.setPen(_text_colour(job, colours))
        painter.drawText(area, _LEFT, painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width()))

    def _draw_bar(self, painter: QPainter, bar: QRect, progress: float, colours: Colours) -> None:
        radius = _BAR_HEIGHT / 2
        painter.setBrush(QColor(colours.border))
        painter.drawRoundedRect(bar, radius, radius)
        done = QRect(bar.topLeft(), QSize(round(bar.width() * progress), bar.height()))
        painter.setBrush(QColor(colours.accent))
        painter.drawRoundedRect(done, radius, radius)


def _dot_colour(job: JobView, colours: Colours) -> QColor:
    if job.state is JobState.DONE and notes_of(job):
        return QColor(colours.warning)
    return QColor(
        {
            JobState.RETRYING: colours.warning,
            JobState.DONE: colours.good,
            JobState.FAILED: colours.bad,
            JobState.CANCELLED: colours.muted,
        }[job.state]
    )


def _text_colour(job: JobView, colours: Colours) -> QColor:
    if job.state is JobState.FAILED:
        return QColor(colours.bad)
    has_trouble = job.state is JobState.RETRYING or job.export_error is not None
    return QColor(colours.warning if has_trouble else colours.muted)
