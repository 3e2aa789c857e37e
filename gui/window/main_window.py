"""The main window: a sidebar, the pages of the registry, and a bar for messages."""

from collections.abc import Callable, Sequence
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
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.domain import QueueStatistics, TranscriptId, TranslatableText, mark
from core.domain.window_page import WindowPage
from gui.made_on_demand import MadeOnDemand
from gui.messages import PageLink
from gui.page_context import PageContext
from gui.pages.page import Page, PageDeclaration, destinations
from gui.pages.page_actions import action_of_page, page_actions
from gui.pages.registry import PAGES, QUEUE, TRANSCRIBE, TRANSCRIPT
from gui.scale import Gap
from gui.theme import application_icon
from gui.widgets.dialogs.question import Question
from gui.widgets.key_passphrase import KeyPassphrase
from gui.widgets.passphrase_dialog import PassphraseDialog
from gui.widgets.tab_order import put_in_tab_order
from gui.window.core_notices import CoreNotices
from gui.window.drop_hint import DropHint
from gui.window.focus_keeper import FocusKeeper
from gui.window.message_bar import MessageBar
from gui.window.mime_recordings import recordings_in
from gui.window.quit_dialogs import RECORDING_QUESTION, finishing_dialog, quit_question, recording_question
from gui.window.recording_sign import RecordingSign
from gui.window.screen_fit import ScreenFit
from gui.window.sidebar import Sidebar
from gui.window.splitter_sizes import SplitterSizes
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
        self._recording = context.recording
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
        self._declarations = {one.name: one for one in declarations}
        self._context = context
        self._state = state or WindowState()
        self._pages: MadeOnDemand[Page] = MadeOnDemand(self._declarations, self._make_page)
        self._page_before = next(iter(self._pages))
        self.setWindowTitle("Notula")
        self.setWindowIcon(application_icon())
        self.setAcceptDrops(True)
        self._screen_fit = ScreenFit(self, SMALLEST)
        self.sidebar = Sidebar(declarations, tr, state.sidebar if state else None)
        self._lay_out()
        self._focus = FocusKeeper(self, self._stack)
        self._splitters = SplitterSizes(self._state.splitters, self)
        self._restore(self._state)
        CoreNotices(context, self)
        RecordingSign(self.sidebar, context, self.show_page, self)
        self.passphrase = KeyPassphrase(context, self)
        self.sidebar.chosen.connect(self.show_page)
        self._bind_keys()
        self.window_actions = WindowActions(self, self._pages, self._declarations, self.show_page, context)
        context.navigation.transcript_wanted.connect(self.show_transcript)
        context.navigation.hearing_wanted.connect(self.hear_transcript)
        context.navigation.back_wanted.connect(self.go_back)
        context.navigation.page_wanted.connect(self.show_page)
        context.navigation.recordings_wanted.connect(self.add)

    def show_page(self, name: str) -> None:
        """Go to the page of this name, or to a part of one, as in `settings.providers`."""
        name, part = self._destinations[name]
        page = self._pages[name]
        if part:
            page.show_part(part)
        if self._stack.currentWidget() is not page and self._stack.count():
            self._page_before = self.open_page
        self.sidebar.check(name)
        self._stack.setCurrentWidget(page)
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

    async def finish(self) -> None:
        """Have all pages write what isn't written yet."""
        for page in self._pages.made.values():
            await page.finish()

    @property
    def has_unsaved(self) -> bool:
        """Whether a person has changed something on a page that isn't written yet."""
        return any(page.has_unsaved for page in self._pages.made.values())

    async def save(self) -> bool:
        """Write what isn't written yet. Where it can't be, show the page that says so, and return False."""
        for name, page in self._pages.made.items():
            if not await page.save():
                self.bring_to_front()
                self.show_page(name)
                return False
        return True

    @property
    def open_page(self) -> str:
        """The name of the page that is shown."""
        current = self._stack.currentWidget()
        return next(name for name, page in self._pages.made.items() if page is current)

    def page(self, kind: type[P]) -> P:
        """The page of this class. Raises LookupError where there is none."""
        for page in (*self._pages.made.values(), *self._pages.values()):
            if isinstance(page, kind):
                return page
        raise LookupError(kind.__name__)

    def make_next_page(self) -> bool:
        """Make one of the pages that weren't shown yet. Returns whether there was one.

        The window is seen before they are made, which takes a few hundred milliseconds.
        """
        for name in self._pages:
            if name not in self._pages.made:
                self._pages[name]  # Being asked for makes it.
                return True
        return False

    def make_pages(self) -> None:
        """Make all that are missing."""
        while self.make_next_page():
            pass

    def take_over(self, before: "MainWindow") -> None:
        """Show what the window before showed, which this one takes the place of."""
        for name, page in before._pages.made.items():
            if name in self._pages:
                self._pages[name].take_over(page)
        self._page_before = before._page_before
        if before.findChild(PassphraseDialog) is not None:
            self.passphrase.ask_if_locked()
        if before.open_page == TRANSCRIPT.name:
            self.show_page(TRANSCRIPT.name)

    def state(self) -> WindowState:
        """What `MainWindow` is to be given at the next start."""
        inside = self.normalGeometry().size() if self.isMaximized() else self.size()
        return WindowState(
            place=(self.pos().x(), self.pos().y(), inside.width(), inside.height()),
            is_maximized=self.isMaximized(),
            # A transcript isn't opened by itself at the next start, but the page that it was opened from.
            page=self._page_before if self.open_page == TRANSCRIPT.name else self.open_page,
            splitters=self._splitters.sizes(),
            pages={**self._state.pages, **{name: page.saved_state() for name, page in self._pages.made.items()}},
            told_of_tray=self.told_of_tray,
            sidebar=self.sidebar.folding,
        )

    def _queue_page(self) -> "QueuePage":
        from gui.pages.queue.queue_page import QueuePage

        return self.page(QueuePage)

    def _transcript_page(self) -> "TranscriptPage":
        from gui.pages.transcript.transcript_page import TranscriptPage

        return self.page(TranscriptPage)

    def _make_page(self, name: str) -> Page:
        page = self._declarations[name].make(self._context)
        self._stack.addWidget(page)
        put_in_tab_order(self._stack, page)  # Else it would come after the messages.
        self._focus.add(page, page.first_control)
        self._splitters.add(name, page)
        page.restore_state(self._state.pages.get(name, {}))
        page.rearranged.connect(self._focus.enter_unless_used)
        page.rearranged.connect(partial(self._take_drops, page))
        self._take_drops(page)
        return page

    def _restore(self, state: WindowState) -> None:
        self.told_of_tray = state.told_of_tray
        left, top, width, height = state.place or (0, 0, FIRST.width(), FIRST.height())
        self._screen_fit.place(QRect(QPoint(left, top), QSize(width, height)) if state.place else None, FIRST)
        if state.is_maximized:
            self.setWindowState(Qt.WindowState.WindowMaximized)
        self.show_page(state.page if state.page in self._pages else next(iter(self._pages)))

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

    def ask_to_quit(self, unfinished: int) -> None:
        """Ask before quitting with unfinished recordings."""
        question = quit_question(self, unfinished, self._tr)
        question.accepted.connect(self.quit_wanted)
        question.open()

    def ask_about_recording(self, then: Callable[[], None], go_on: Callable[[], None] | None = None) -> None:
        """Ask whether to end the recording, and `then` to leave. `go_on` is what to do to record without the window."""
        if self.findChild(Question, RECORDING_QUESTION) is None:  # Else it is asked already.
            self.bring_to_front()
            recording_question(self, partial(self._recording.stop, then), go_on, self._tr).open()

    def show_finishing(self, running: int, within_s: float) -> None:
        """Say that Notula ends once the running jobs are done, `within_s` seconds at most, and offer to end it now."""
        dialog = finishing_dialog(self, running, within_s, self._tr)
        dialog.accepted.connect(self.quit_wanted)
        if self.isVisible():
            dialog.open()

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
            self._pages[self.open_page].on_shown()
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
        self._stack = QStackedWidget()
        area = QWidget()
        content = QVBoxLayout(area)
        content.setContentsMargins(Gap.WIDE, Gap.LARGE, Gap.WIDE, Gap.LARGE)
        content.addWidget(self._stack, 1)
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
