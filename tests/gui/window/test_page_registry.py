"""The window makes its sidebar, stack, shortcuts and links from the pages' declarations: one more is one line more."""

from collections.abc import Callable, Mapping

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget

import gui.desktop
from core.domain.window_page import WindowPage
from gui.page_context import PageContext
from gui.pages.page import Page, PageDeclaration, destinations
from gui.pages.registry import PAGES
from gui.theme import RESOURCES
from gui.window.main_window import MainWindow
from gui.window.window_state import WindowState
from tests.fakes.core import FakeCoreThread
from tests.gui.conftest import DesktopDriver
from tests.gui.page_names import DIGITS, QUEUE


class ExtraPage(Page):
    """What a new page may be."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.visits = 0
        self.restored: Mapping[str, object] | None = None
        self.button = QPushButton("Redraw")
        QVBoxLayout(self).addWidget(self.button)

    def on_shown(self) -> None:
        self.visits += 1

    def saved_state(self) -> Mapping[str, object]:
        return {"zoom": 3}

    def restore_state(self, state: Mapping[str, object]) -> None:
        self.restored = state


LISTED = [page for page in PAGES if page.in_sidebar]
NUMBER = len(DIGITS) + 1
EXTRA = PageDeclaration("extra", "Extra", "history", ExtraPage, shortcut="Ctrl+Shift+D")


@pytest.fixture
def with_extra(
    monkeypatch: pytest.MonkeyPatch, make_driver: Callable[..., DesktopDriver], core: FakeCoreThread
) -> DesktopDriver:
    kept = WindowState(pages={"extra": {"zoom": 2}})

    def window(context: PageContext, _state: WindowState) -> MainWindow:
        return MainWindow(context, kept, (*PAGES, EXTRA))

    monkeypatch.setattr(gui.desktop, "MainWindow", window)
    return make_driver()


def test_a_page_more_has_a_button_a_place_and_its_state(with_extra: DesktopDriver) -> None:
    window = with_extra.window
    page = window.page(ExtraPage)
    button = window.sidebar.button("extra")
    assert button.text().strip() == button.accessibleName() == "Extra"
    assert button.toolTip() == f"Extra (Ctrl+{NUMBER}, Ctrl+Shift+D)"
    assert not button.icon().isNull()
    assert page.context.core is with_extra.desktop.core
    assert page.restored == {"zoom": 2}
    assert window.state().pages["extra"] == {"zoom": 3}
    with_extra.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.open_page == "extra"
    assert window.state().page == "extra"
    assert page.isVisible()
    assert page.visits == 1


@pytest.mark.parametrize(
    ("key", "modifiers"),
    [
        (Qt.Key(Qt.Key.Key_0 + NUMBER), Qt.KeyboardModifier.ControlModifier),
        (Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier),
    ],
)
def test_a_page_more_is_reached_by_its_keys(
    with_extra: DesktopDriver, key: Qt.Key, modifiers: Qt.KeyboardModifier
) -> None:
    window, page = with_extra.window, with_extra.window.page(ExtraPage)
    assert window.open_page == QUEUE
    with_extra.qtbot.keyClick(window, key, modifiers)
    with_extra.wait(lambda: window.open_page == "extra")
    assert window.sidebar.button("extra").isChecked()
    assert page.visits == 1
    assert QApplication.focusWidget() is page.button


def test_a_page_more_is_reached_by_tab_and_arrows(with_extra: DesktopDriver) -> None:
    window = with_extra.window
    window.sidebar.button(QUEUE).setFocus()
    for _ in LISTED:
        with_extra.qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
        if window.open_page == "extra":
            break
    with_extra.wait(lambda: window.open_page == "extra")


def test_an_unknown_page_is_not_there(faked: DesktopDriver) -> None:
    with pytest.raises(LookupError):
        faked.window.page(ExtraPage)


def test_declarations_are_complete_and_every_place_has_a_page() -> None:
    names = [page.name for page in PAGES]
    assert len(set(names)) == len(names)
    for page in PAGES:
        assert (RESOURCES / "icons" / f"{page.icon}.svg").is_file()
        assert page.title
    links = {page.name for page in PAGES if page.link_text}
    links |= {f"{page.name}.{part.name}" for page in PAGES for part in page.parts if part.link_text}
    assert links >= {place.value for place in WindowPage}
    assert set(destinations(PAGES)) >= links
