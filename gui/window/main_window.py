"""The main window: a sidebar, the pages of the registry, and a bar for messages."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QHBoxLayout,
    QLineEdit,
    QMainWindow,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.domain import QueueStatistics, TranscriptId, TranslatableText, mark
from core.domain.window_page import WindowPage
from gui.messages import PageLink
from gui.page_context import PageContext
from gui.pages.page import Page, PageDeclaration, destinations
from gui.pages.page_actions import action_of_page, page_actions
from gui.pages.registry import PAGES, QUEUE, TRANSCRIBE, TRANSCRIPT
from gui.scale import Gap
from gui.theme import application_icon
from gui.widgets.key_passphrase import KeyPassphrase
from gui.widgets.passphrase_dialog import PassphraseDialog
from gui.widgets.tab_order import put_in_tab_order
from gui.window.core_notices import CoreNotices
from gui.window.drop_hint import DropHint
from gui.window.focus_keeper import FocusKeeper
from gui.window.message_bar import MessageBar
from gui.window.mime_recordings import recordings_in
from gui.window.page_stack import PageStack
from gui.window.quit_dialogs import QuitDialogs
from gui.window.recording_sign import RecordingSign
from gui.window.screen_fit import ScreenFit
from gui.window.sidebar import Sidebar
from gui.window.window_actions import WindowActions
from gui.window.window_state import WindowState

if TYPE_CHECKING:
    from gui.pages.queue.queue_page import QueuePage
    from gui.pages.transcript.transcript_page import TranscriptPage

SMALLEST = QSize(760, 520)
FIRST = QSize(1080, 760)
"""The size before a person has chosen another."""

EMPTY_PART = mark("Nothing was added: the part that is to be transcribed ends before it begins.")
_PART = "part"
"""What that message is about: it is over once something is added."""

P = TypeVar("P", bound=Page)


class MainWindow(QMainWindow):
    """Puts the pages together. Closing it only emits `close_wanted`."""

    close_wanted = Signal()
    """A person closes the window."""

    quit_wanted = Signal()
    """A person quits Notula."""

    def __init__(
        self,
        context: PageContext,
        state: WindowState | None = None,
        declarations: Sequence[PageDeclaration] = PAGES,
    ) -> None:
        """`state` is what `state()` returned the last time."""
        super().__init__()
        self._messages = context.messages
        self._job_options = context.job_options
        self._tr = tr = context.tr
        self.actions_ = context.actions
        context.actions.declare(page_actions(declarations))
        self._destinations = destinations(declarations)
        texts = {one.name: one.link_text for one in declarations}
        texts |= {f"{one.name}.{part.name}": part.link_text for one in declarations for part in one.parts}
        context.messages.set_page_links(
            {
                place: PageLink(tr(texts[place]), partial(self.show_page, place.value))
                for place in WindowPage
                if place in texts
            }
        )
        state = state or WindowState()
        self.pages = PageStack(declarations, context, state.pages, state.splitters)
        self.pages.made.connect(self._page_made)
        self._page_before = declarations[0].name
        self.setWindowTitle("Notula")
        self.setWindowIcon(application_icon())
        self.setAcceptDrops(True)
        self._screen_fit = ScreenFit(self, SMALLEST)
        self.sidebar = Sidebar(declarations, tr, state.sidebar)
        self._lay_out()
        self._focus = FocusKeeper(self, self.pages)
        self._restore(state)
        CoreNotices(context, self)
        RecordingSign(self.sidebar, context, self.show_page, self)
        self.passphrase = KeyPassphrase(context, self)
        self.quit_dialogs = QuitDialogs(self, context.recording, tr)
        self.quit_dialogs.quit_wanted.connect(self.quit_wanted)
        self.sidebar.chosen.connect(self.show_page)
        self._bind_keys()
        by_name = {one.name: one for one in declarations}
        self.window_actions = WindowActions(self, self.pages.by_name, by_name, self.show_page, context)
        context.navigation.transcript_wanted.connect(self.show_transcript)
        context.navigation.hearing_wanted.connect(self.hear_transcript)
        context.navigation.back_wanted.connect(self.go_back)
        context.navigation.page_wanted.connect(self.show_page)
        context.navigation.recordings_wanted.connect(self.add)

    def show_page(self, name: str) -> None:
        """Go to the page of this name, or to a part of one, as in `settings.providers`."""
        name, part = self._destinations[name]
        page = self.pages.by_name[name]
        if part:
            page.show_part(part)
        if self.pages.currentWidget() is not page and self.pages.count():
            self._page_before = self.open_page
        self.sidebar.check(name)
        self.pages.setCurrentWidget(page)
        self._message_bar.keep_clear(page.kept_clear())
        self._message_bar.set_undo_keys(name != TRANSCRIPT.name)
        page.on_shown()
        self._take_drops(page)
        self._focus.enter()
        if part:
            page.focus_part(part)

    def show_transcript(self, transcript_id: int, search: str = "", in_notes: bool = False) -> None:
        """Open a transcript on its page, at the first place of what was searched for, which may be in its notes."""
        self._transcript_page().open(TranscriptId(transcript_id), search, in_notes=in_notes)
        self.show_page(TRANSCRIPT.name)

    def hear_transcript(self, transcript_id: int, from_s: float, search: str) -> None:
        """Open a transcript on its page and play its recording from this second on."""
        self._transcript_page().hear(TranscriptId(transcript_id), from_s, search)
        self.show_page(TRANSCRIPT.name)

    def go_back(self) -> None:
        """Go from a page without a button in the sidebar to the page before."""
        if self.open_page == TRANSCRIPT.name:
            self.show_page(self._page_before)

    async def save(self) -> bool:
        """Write what isn't written yet. Where it can't be, show the page that says so, and return False."""
        unsaved = await self.pages.save()
        if unsaved:
            self.bring_to_front()
            self.show_page(unsaved)
        return not unsaved

    @property
    def open_page(self) -> str:
        """The name of the page that is shown."""
        return self.pages.open_page

    def page(self, kind: type[P]) -> P:
        """The page of this class. Raises LookupError where there is none."""
        return self.pages.page(kind)

    def take_over(self, before: "MainWindow") -> None:
        """Show what the window before showed, which this one takes the place of."""
        self.pages.take_over(before.pages)
        self._page_before = before._page_before
        if before.findChild(PassphraseDialog) is not None:
            self.passphrase.ask_if_locked()
        if before.open_page == TRANSCRIPT.name:
            self.show_page(TRANSCRIPT.name)
        self._focus.take_over(before._focus)

    def state(self) -> WindowState:
        """What `MainWindow` is to be given at the next start."""
        inside = self.normalGeometry().size() if self.isMaximized() else self.size()
        return WindowState(
            place=(self.pos().x(), self.pos().y(), inside.width(), inside.height()),
            is_maximized=self.isMaximized(),
            # A transcript isn't opened by itself at the next start, but the page that it was opened from.
            page=self._page_before if self.open_page == TRANSCRIPT.name else self.open_page,
            splitters=self.pages.splitter_sizes(),
            pages=self.pages.states(),
            told_of_tray=self.told_of_tray,
            sidebar=self.sidebar.folding,
        )

    def _queue_page(self) -> "QueuePage":
        from gui.pages.queue.queue_page import QueuePage

        return self.page(QueuePage)

    def _transcript_page(self) -> "TranscriptPage":
        from gui.pages.transcript.transcript_page import TranscriptPage

        return self.page(TranscriptPage)

    def _page_made(self, page: Page) -> None:
        last = self.previousInFocusChain()
        if last is not None:
            put_in_tab_order(last, self._message_bar)  # That stays the last.
        self._focus.add(page, page.first_control)
        page.rearranged.connect(self._focus.enter_unless_used)
        page.rearranged.connect(partial(self._take_drops, page))
        self._take_drops(page)

    def _restore(self, state: WindowState) -> None:
        self.told_of_tray = state.told_of_tray
        left, top, width, height = state.place or (0, 0, FIRST.width(), FIRST.height())
        self._screen_fit.place(QRect(QPoint(left, top), QSize(width, height)) if state.place else None, FIRST)
        if state.is_maximized:
            self.setWindowState(Qt.WindowState.WindowMaximized)
        self.show_page(state.page if state.page in self.pages.by_name else self._page_before)

    def bring_to_front(self) -> None:
        """Show the window above all others."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def show_queue(self) -> "QueuePage":
        """Go to the queue, and return its page."""
        self.show_page(QUEUE.name)
        return self._queue_page()

    def add(self, recordings: Sequence[Path | str]) -> None:
        """Put files, folders and web addresses in the queue, with the options of the first page.

        The queue is shown, unless the first page is: that shows what runs, too.
        """
        if not recordings:
            return
        field = self.focusWidget()
        if isinstance(field, QAbstractSpinBox):
            field.interpretText()  # What is typed into an option counts, though the field wasn't left yet.
        if self._job_options.current.is_part_empty:
            self.show_page(TRANSCRIBE.name)
            self._messages.error(TranslatableText(EMPTY_PART), about=_PART)
            return
        self._messages.over(_PART)
        if self.open_page != TRANSCRIBE.name:
            self.show_queue()
        self._queue_page().add(recordings)

    def show_statistics(self, statistics: QueueStatistics) -> None:
        """Show in the title how much there is to do, which a minimised window still shows."""
        waiting = statistics.unfinished
        self.setWindowTitle(self._tr("Notula ({count} to do)", count=waiting) if waiting else "Notula")

    def paste(self) -> None:
        """Put the files, or the paths of files, that are on the clipboard in the queue."""
        paths = recordings_in(QGuiApplication.clipboard().mimeData())
        if paths:
            self.add(paths)
        else:
            self._messages.information(self._tr("There is no file on the clipboard."))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if recordings := recordings_in(event.mimeData()):
            event.acceptProposedAction()
            self._drop_hint.set_active(True, recordings)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._drop_hint.set_active(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._drop_hint.set_active(False)
        event.acceptProposedAction()
        self.add(recordings_in(event.mimeData()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.sidebar.follow_width(self.width())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._screen_fit.fit()  # A screen may have been removed meanwhile.
        if not event.spontaneous():  # Pages ask for no news while the window is hidden.
            self.pages.by_name[self.open_page].on_shown()
        self._focus.enter_unless_used()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return presses the button that has the focus, which Qt leaves to Space outside of dialogs."""
        focused = self.focusWidget()
        is_return = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat()
        if is_return and isinstance(focused, (QPushButton, QToolButton)):
            focused.animateClick()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()
        self.close_wanted.emit()

    def _bind_keys(self) -> None:
        bind, names = self.actions_.bind, {one.name for one in self.actions_.declarations}
        bind("window_paste", self, self.paste)
        bind("window_quit", self, self.quit_wanted.emit)
        self.sidebar.tell_folding_keys(bind("window_sidebar", self, self.sidebar.toggle))
        for name in self._destinations:
            if action_of_page(name) in names:
                action = bind(action_of_page(name), self, partial(self.show_page, name))
                self.sidebar.tell_keys(name, action)

    def _lay_out(self) -> None:
        area = QWidget()
        content = QVBoxLayout(area)
        content.setContentsMargins(Gap.WIDE, Gap.LARGE, Gap.WIDE, Gap.LARGE)
        content.addWidget(self.pages, 1)
        # Over the page, whose layout doesn't change for a message.
        self._message_bar = MessageBar(self._messages, self.actions_, self._tr, area)
        whole = QWidget()
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.sidebar)
        row.addWidget(area, 1)
        self.setCentralWidget(whole)
        self._drop_hint = DropHint(self._tr, whole)
        self._take_drops(self)

    def _take_drops(self, within: QWidget) -> None:
        """Have a recording that is dropped over a text field go to the queue, too. Some fields are made late."""
        for field in within.findChildren(QLineEdit):
            field.setAcceptDrops(False)
