"""Keeps the keyboard's focus on the open page when Qt would move it away."""

from collections.abc import Callable, Iterator

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QAbstractButton, QApplication, QStackedWidget, QWidget
from shiboken6 import isValid

_LOSES_FOCUS = (QEvent.Type.EnabledChange, QEvent.Type.Hide)
_REGAINS_FOCUS = (QEvent.Type.EnabledChange, QEvent.Type.Show)

_USES = (QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress)


class FocusKeeper(QObject):
    """Remembers what had the focus on each page.

    Qt moves the focus from a control that is disabled or hidden to the next in the order of Tab, which may be the
    sidebar. This class moves it to a substitute on the same page instead, and back to the original control as soon as
    that is usable again.
    """

    def __init__(self, window: QWidget, pages: QStackedWidget) -> None:
        super().__init__(window)
        self._window = window
        self._pages = pages
        self._first_controls: dict[QWidget, Callable[[], QWidget]] = {}
        self._last: dict[QWidget, QWidget] = {}
        self._focused: QWidget | None = None
        self._original: QWidget | None = None
        self._substitute: QWidget | None = None
        self._is_setting_focus = False
        self._settling = QTimer(self, interval=0, singleShot=True)
        self._settling.timeout.connect(self._settle)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._changed)

    def add(self, page: QWidget, first_control: Callable[[], QWidget]) -> None:
        """Know a page. `first_control` returns the control that is focused at the first visit."""
        self._first_controls[page] = first_control

    def take_over(self, before: "FocusKeeper") -> None:
        """Focus the control of the open page that corresponds to the focused one of the window before.

        Where there are more or fewer controls of its kind, nothing is done: none is known to correspond.
        """
        page, earlier = self._page(), before._page()
        last = before._last.get(earlier)
        if last is None or not isValid(last) or not _is_within(last, earlier):
            return
        those, these = earlier.findChildren(type(last)), page.findChildren(type(last))
        if last in those and len(those) == len(these):
            self._last[page] = these[those.index(last)]
            self._last[page].setFocus(Qt.FocusReason.OtherFocusReason)

    def enter(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """Move the focus to the open page: to the control that had it last there, else to its first control."""
        page = self._page()
        last = self._last.get(page)
        is_there = last is not None and isValid(last) and _is_usable(last) and _is_within(last, page)
        self._forget_original()
        self._set_focus(last if last is not None and is_there else self._first_control(page), reason)

    def enter_unless_used(self) -> None:
        """The same, unless a control of the window has the focus already."""
        focused = self._window.focusWidget()
        if focused is None or focused in (self._window, self._page()) or not _is_usable(focused):
            self.enter()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._substitute and event.type() in _USES:
            self._forget_original()  # A person goes on there.
        loses = watched is self._focused and event.type() in _LOSES_FOCUS and self._is_lost()
        regains = watched is self._original and event.type() in _REGAINS_FOCUS
        if loses or regains:
            self._settling.start()
        return False

    def _changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        if self._is_setting_focus or not isValid(self._window):  # Qt also moves it out of a deleted widget.
            return
        if self._is_lost():
            self._settling.start()  # Qt has moved it, not a person.
        elif new is not None and isValid(new) and new.window() is self._window:
            if new is not self._substitute:
                self._forget_original()
            self._remember(new)

    def _page(self) -> QWidget:
        return self._pages.currentWidget() or self._pages

    def _remember(self, widget: QWidget) -> None:
        before = self._focused
        if before is not None and isValid(before) and before not in (self._original, widget):
            before.removeEventFilter(self)
        self._focused = widget
        widget.installEventFilter(self)
        page = self._page()
        if _is_within(widget, page):
            self._last[page] = widget

    def _is_lost(self) -> bool:
        """Whether the focused control can't have the focus any more, while the window is visible."""
        focused = self._focused
        if focused is None or not self._window.isVisible():
            return False
        return not isValid(focused) or not focused.isVisible() or not focused.isEnabled()

    def _set_focus(self, widget: QWidget, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        self._settling.stop()
        self._is_setting_focus = True
        try:
            widget.setFocus(reason)
        finally:
            self._is_setting_focus = False
        self._remember(widget)

    def _settle(self) -> None:
        """Move the focus to a substitute after Qt has moved it, or back to the original control."""
        original = self._original
        if original is not None and isValid(original) and _is_usable(original):
            self._forget_original()
            self._set_focus(original)
            return
        lost, page = self._focused, self._page()
        if lost is None or not self._is_lost():
            return
        if not isValid(lost) or not _is_within(lost, page):
            self.enter()
            return
        if self._original is None:
            self._original = lost
        self._substitute = self._beside(lost, page) if lost.isVisible() else self._near(lost, page)
        self._set_focus(self._substitute)

    def _beside(self, lost: QWidget, page: QWidget) -> QWidget:
        """What gets the focus of a control that was disabled.

        Of a button it is what that acts on, which stands before it: a Return that comes twice must not press another
        button, which may do the contrary.
        """
        before = lost.previousInFocusChain()
        while isinstance(lost, QAbstractButton) and before is not None and _is_within(before, page) and before != page:
            if _is_usable(before) and not isinstance(before, QAbstractButton):
                return before
            before = before.previousInFocusChain()
        return self._neighbour(lost, page)

    def _near(self, lost: QWidget, page: QWidget) -> QWidget:
        """What gets the focus of a control that was hidden: something in the same card, a field before a button."""
        usable = [one for one in _in_order_of_tab(lost) if _is_usable(one)] if page.isVisible() else []
        around = lost.parentWidget()
        while usable and around is not None and around is not page and not isinstance(around, QStackedWidget):
            if near := [one for one in usable if around.isAncestorOf(one)]:
                return next((one for one in near if not isinstance(one, QAbstractButton)), near[0])
            around = around.parentWidget()
        return self._first_control(page)

    def _neighbour(self, lost: QWidget, page: QWidget) -> QWidget:
        """The next usable control on the page; after the last one comes the first."""
        if not page.isVisible():  # Nor is anything on it. The chain has hundreds of controls.
            return page
        usable = (one for one in _in_order_of_tab(lost) if _is_usable(one) and _is_within(one, page))
        return next(usable, page)

    def _first_control(self, page: QWidget) -> QWidget:
        chosen = self._first_controls.get(page)
        control = chosen() if chosen is not None else page
        return control if _is_usable(control) else self._neighbour(page, page)

    def _forget_original(self) -> None:
        if self._original is not None and isValid(self._original) and self._original is not self._focused:
            self._original.removeEventFilter(self)
        self._original = self._substitute = None


def _in_order_of_tab(widget: QWidget) -> Iterator[QWidget]:
    following = widget.nextInFocusChain()
    while following is not None and following is not widget:
        yield following
        following = following.nextInFocusChain()


def _is_usable(widget: QWidget) -> bool:
    takes_focus = widget.focusPolicy().value & Qt.FocusPolicy.TabFocus.value
    return bool(takes_focus) and widget.isVisible() and widget.isEnabled()


def _is_within(widget: QWidget, page: QWidget) -> bool:
    return widget is page or page.isAncestorOf(widget)
