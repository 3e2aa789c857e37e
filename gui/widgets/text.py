"""Labels, and text as the window shows it: times, sizes, and untrusted text from files."""

from typing import TypeVar

from PySide6.QtCore import QDateTime, QLocale, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QLayout, QSizePolicy, QWidget

from core.domain import JobState
from core.domain.visible import visible
from core.i18n import Translator


def harmless(text: str) -> str:
    """A file's name, or any foreign text, in one line and without characters that mislead the eye."""
    return visible(text)


def clock(seconds: float) -> str:
    """A place in a recording: `1:02:03` or `02:03`."""
    whole = int(max(0.0, seconds))
    hours, rest = divmod(whole, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"


def day(locale: QLocale, seconds_since_epoch: float) -> str:
    """A date as the locale orders it, its month as a word: `11/12/26` is read in two ways."""
    order = locale.dateFormat(QLocale.FormatType.LongFormat).replace("dddd", "").replace("MMMM", "MMM")
    return locale.toString(QDateTime.fromSecsSinceEpoch(int(seconds_since_epoch)).date(), order.strip(" ,"))


def time_of_day(locale: QLocale, seconds_since_epoch: float) -> str:
    """A time of day as the locale writes it, without seconds."""
    at = QDateTime.fromSecsSinceEpoch(int(seconds_since_epoch)).time()
    return locale.toString(at, QLocale.FormatType.ShortFormat)


def moment(locale: QLocale, seconds_since_epoch: float) -> str:
    """A date, and the time as the locale writes it."""
    return f"{day(locale, seconds_since_epoch)}, {time_of_day(locale, seconds_since_epoch)}"


def megabytes(locale: QLocale, size_bytes: int) -> str:
    """A size in MB or GB."""
    return locale.formattedDataSize(size_bytes, 1, QLocale.DataSizeFormat.DataSizeSIFormat)


def state_name(tr: Translator, state: JobState) -> str:
    """A job's state in words."""
    return {
        JobState.QUEUED: tr("Waiting"),
        JobState.RUNNING: tr("Transcribing"),
        JobState.RETRYING: tr("Trying again soon"),
        JobState.DONE: tr("Done"),
        JobState.FAILED: tr("Failed"),
        JobState.CANCELLED: tr("Cancelled"),
    }[state]


def label(text: str = "", name: str = "", parent: QWidget | None = None) -> QLabel:
    """A label that shows its text as it is: Qt would otherwise take `<img>` in a file's name for markup."""
    made = QLabel(text, parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setObjectName(name)
    return made


class _Paragraph(QLabel):
    """A label of several lines, as high as its width makes it.

    Qt's own asks for the height that it would have where it is narrow, and leaves a page with many of them half empty.
    """

    _measured: tuple[object, ...] = ()
    """All that the height was set for."""

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.fontMetrics().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._keep_height()

    def setText(self, text: str) -> None:
        super().setText(text)
        self._keep_height()

    def _keep_height(self) -> None:
        """Set the height explicitly: nested layouts add up rounded heights, which cuts off the last line.

        That resizes the label and disturbs its layout, so it is left where nothing has changed.
        """
        measured = (self.width(), self.text(), self.font().key(), self.contentsMargins())
        if measured != self._measured:
            self._measured = measured
            self.setMinimumHeight(0)  # Qt counts the least height in what a text needs, so none would get lower.
            self.setFixedHeight(max(0, self.heightForWidth(self.width())))


def paragraph(text: str = "", name: str = "", parent: QWidget | None = None) -> QLabel:
    """A label of several lines."""
    made = _Paragraph(text, parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setObjectName(name)
    made.setWordWrap(True)
    policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
    policy.setHeightForWidth(True)
    made.setSizePolicy(policy)
    return made


class ElidedLabel(QLabel):
    """One line that is shortened in its middle where it doesn't fit; the tooltip has all of it."""

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._whole = ""

    def set_whole_text(self, text: str) -> None:
        """Show this text, as much of it as there is room for."""
        self._whole = harmless(text)
        self.setAccessibleName(self._whole)
        self.setToolTip(tooltip(self._whole))
        self._elide()

    def resizeEvent(self, event: object) -> None:
        self._elide()

    def _elide(self) -> None:
        self.setText(self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideMiddle, self.width()))


Widget = TypeVar("Widget", bound=QWidget)


def named(widget: Widget, name: str) -> Widget:
    """The widget with the name by which the style sheet knows it."""
    widget.setObjectName(name)
    return widget


def empty(layout: QLayout) -> None:
    """Take everything out of a layout and delete it."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.deleteLater()


def tooltip(text: str) -> str:
    """Foreign text for a tooltip, which knows no plain-text mode: markup is written out."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
