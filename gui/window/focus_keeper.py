"""Keeps the keyboard's focus on the page that is open, and where the next key is wanted."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget
from shiboken6 import isValid

_LOSING = (QEvent.Type.EnabledChange, QEvent.Type.Hide)
_REGAINING = (QEvent.Type.EnabledChange, QEvent.Type.Show)


class FocusKeeper(QObject):
    """Remembers what had the focus on each page.

    Qt gives the focus of a control that is disabled or hidden to whatever is next in the order of Tab, which may be
    the sidebar. Here it goes to a control of the same page, and back as soon as the first one can be used again.
    """

    def __init__(self, window: QWidget, pages: QStackedWidget, homes: dict[QWidget, Callable[[], QWidget]]) -> None:
        """`homes` tell which control of a page is the first one; for other pages it is the first in the order."""
        super().__init__(window)
        self._window = window
        self._pages = pages
        self._homes = homes
        self._last: dict[QWidget, QWidget] = {}
        self._holder: QWidget | None = None
        self._lender: QWidget | None = None
        self._substitute: QWidget | None = None
        self._is_giving = False
        self._settling = QTimer(self, interval=0, singleShot=True)
        self._settling.timeout.connect(self._settle)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._changed)

    def enter(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """Give the focus to the open page: to what had it there last, else to its first control."""
        page = self._page()
        last = self._last.get(page)
        is_there = last is not None and isValid(last) and _is_usable(last) and _is_within(last, page)
        self._forget_lender()
        self._give(last if last is not None and is_there else self._home(page), reason)

    def enter_unless_used(self) -> None:
        """The same, unless a control of the window has the focus already."""
        focused = self._window.focusWidget()
        if focused is None or focused in (self._window, self._page()) or not _is_usable(focused):
            self.enter()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        loses = watched is self._holder and event.type() in _LOSING and self._is_lost()
        regains = watched is self._lender and event.type() in _REGAINING
        if loses or regains:
            self._settling.start()
        return False

    def _changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        if self._is_giving or not isValid(self._window):  # Qt moves the focus out of what is being deleted, too.
            return
        if self._is_lost():
            self._settling.start()  # Qt has moved it, not a person.
        elif new is not None and isValid(new) and new.window() is self._window:
            if new is not self._substitute:
                self._forget_lender()
            self._hold(new)

    def _page(self) -> QWidget:
        return self._pages.currentWidget() or self._pages

    def _hold(self, widget: QWidget) -> None:
        before = self._holder
        if before is not None and isValid(before) and before not in (self._lender, widget):
            before.removeEventFilter(self)
        self._holder = widget
        widget.installEventFilter(self)
        page = self._page()
        if _is_within(widget, page):
            self._last[page] = widget

    def _is_lost(self) -> bool:
        """Whether what had the focus can't have it any more, while the window is there."""
        holder = self._holder
        if holder is None or not self._window.isVisible():
            return False
        return not isValid(holder) or not holder.isVisible() or not holder.isEnabled()

    def _give(self, widget: QWidget, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        self._settling.stop()
        self._is_giving = True
        try:
            widget.setFocus(reason)
        finally:
            self._is_giving = False
        self._hold(widget)

    def _settle(self) -> None:
        """Undo what Qt did with the focus, or give it back to what can be used again."""
        lender = self._lender
        if lender is not None and isValid(lender) and _is_usable(lender):
            self._forget_lender()
            self._give(lender)
            return
        lost, page = self._holder, self._page()
        if lost is None or not self._is_lost():
            return
        if not isValid(lost) or not _is_within(lost, page):
            self.enter()
            return
        if self._lender is None:
            self._lender = lost
        self._substitute = self._neighbour(lost, page) if lost.isVisible() else self._home(page)
        self._give(self._substitute)

    def _neighbour(self, lost: QWidget, page: QWidget) -> QWidget:
        """The next control on the page that can be used, around its end if need be."""
        widget = lost.nextInFocusChain()
        while widget is not None and widget is not lost:
            if _is_usable(widget) and _is_within(widget, page):
                return widget
            widget = widget.nextInFocusChain()
        return page

    def _home(self, page: QWidget) -> QWidget:
        chosen = self._homes.get(page)
        home = chosen() if chosen is not None else page
        return home if _is_usable(home) else self._neighbour(page, page)

    def _forget_lender(self) -> None:
        if self._lender is not None and isValid(self._lender) and self._lender is not self._holder:
            self._lender.removeEventFilter(self)
        self._lender = self._substitute = None


def _is_usable(widget: QWidget) -> bool:
    takes_focus = widget.focusPolicy().value & Qt.FocusPolicy.TabFocus.value
    return bool(takes_focus) and widget.isVisible() and widget.isEnabled()


def _is_within(widget: QWidget, page: QWidget) -> bool:
    return widget is page or page.isAncestorOf(widget)
