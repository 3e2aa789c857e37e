"""Keeps a window within the screens that are there now."""

from PySide6.QtCore import QObject, QRect, QSize, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QStyle, QWidget


def fitted(wanted: QRect, available: QRect) -> QRect:
    """The rectangle, made smaller and moved as little as it takes to lie within `available`."""
    size = wanted.size().boundedTo(available.size())
    left = min(max(wanted.left(), available.left()), available.left() + available.width() - size.width())
    top = min(max(wanted.top(), available.top()), available.top() + available.height() - size.height())
    return QRect(left, top, size.width(), size.height())


class ScreenFit(QObject):
    """Fits one window when it is placed or shown, and when screens are added, removed or changed."""

    def __init__(self, window: QWidget, smallest: QSize) -> None:
        """`smallest` is the least size of the window, but never more than a screen has."""
        super().__init__(window)
        self._window = window
        self._smallest = smallest
        self._later = QTimer(self, interval=0, singleShot=True)
        self._later.timeout.connect(self.fit)
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.screenRemoved.connect(self._later.start)
        application.screenAdded.connect(self._watch)
        application.primaryScreenChanged.connect(self._later.start)
        for screen in application.screens():
            self._watch(screen)

    def place(self, place: QRect | None, size: QSize) -> None:
        """Put the window at `place`; without one, in the middle of the main screen at this size."""
        if place is None:
            available = QGuiApplication.primaryScreen().availableGeometry()
            place = QRect(available.topLeft(), size)
            place.moveCenter(available.center())
        self._apply(place)

    def fit(self) -> None:
        """Move and shrink the window where part of it is off-screen, as after a screen was removed."""
        window = self._window
        if not (window.isMaximized() or window.isFullScreen()):
            self._apply(QRect(window.pos(), window.size()))

    def _apply(self, place: QRect) -> None:
        available = self._available(place)
        frame = self._frame()
        room = available.size() - frame
        self._window.setMinimumSize(self._smallest.boundedTo(room))
        inside = fitted(QRect(place.topLeft(), place.size() + frame), available)
        size = inside.size() - frame
        if size != self._window.size():
            self._window.resize(size)
        if inside.topLeft() != self._window.pos():
            self._window.move(inside.topLeft())

    def _frame(self) -> QSize:
        """The size of title bar and borders; estimated from the style until the window system has set it."""
        window = self._window
        frame = window.frameGeometry().size() - window.size()
        if frame.isEmpty() and not window.isVisible():
            return QSize(0, window.style().pixelMetric(QStyle.PixelMetric.PM_TitleBarHeight, None, window))
        return frame

    def _available(self, place: QRect) -> QRect:
        """Of the screen that shows most of this place, else of the main one."""
        rectangles = [screen.availableGeometry() for screen in QGuiApplication.screens()]
        best = max(rectangles, key=lambda one: _area(one.intersected(place)))
        return best if _area(best.intersected(place)) else QGuiApplication.primaryScreen().availableGeometry()

    def _watch(self, screen: object) -> None:
        screen.availableGeometryChanged.connect(self._later.start)  # type: ignore[attr-defined]


def _area(rectangle: QRect) -> int:
    return rectangle.width() * rectangle.height() if rectangle.isValid() else 0
