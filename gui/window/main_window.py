"""The main window: a sidebar, five pages, and a bar for messages."""

import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from urllib.parse import unquote_to_bytes

from PySide6.QtCore import QMimeData, QPoint, QRect, QSize, Qt, QUrl, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QButtonGroup,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QMainWindow,
    QMessageBox,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.config import Folders
from core.domain import QueueStatistics, Snapshot, StoredTranscript
from core.domain.file_location import path_of
from core.domain.window_page import WindowPage
from core.export import FORMATS, file_name
from core.i18n import Translator
from gui.external_programs import open_folder, play
from gui.messages import Messages
from gui.operations import Operations
from gui.pages.about_page import AboutPage
from gui.pages.history.history_page import HistoryPage
from gui.pages.providers.providers_page import ProvidersPage
from gui.pages.queue.queue_page import QueuePage
from gui.pages.settings.settings_page import SettingsPage
from gui.runtime.core_thread import CoreThread
from gui.shown_settings import ShownSettings
from gui.theme import application_icon, icon
from gui.widgets.reader.versions import Versions
from gui.widgets.text import label, named
from gui.window.drop_hint import DropHint
from gui.window.focus_keeper import FocusKeeper
from gui.window.message_bar import MessageBar
from gui.window.screen_fit import ScreenFit
from gui.window.window_state import WindowState

QUEUE, HISTORY, PROVIDERS, SETTINGS, ABOUT = range(5)
PAGE_NAMES = ("queue", "history", "providers", "settings", "about")
"""What the kept state calls the pages."""

ICON_SIZE = QSize(20, 20)
SMALLEST = QSize(760, 520)
FIRST = QSize(1080, 760)


class Window(QMainWindow):
    """Puts the pages together. What happens when it is closed is decided by who made it."""

    close_wanted = Signal()
    """Somebody wants to close the window."""

    quit_wanted = Signal()
    """Somebody wants Notula to end."""

    def __init__(
        self,
        settings: ShownSettings,
        folders: Folders,
        core: CoreThread,
        operations: Operations,
        messages: Messages,
        tr: Translator,
        state: WindowState | None = None,
    ) -> None:
        """`state` is what the window kept the last time."""
        super().__init__()
        self._core = core
        self._operations = operations
        self._messages = messages
        self._tr = tr
        self._noticed: set[str] = set()
        self._unread: set[str] = set()
        messages.set_ways(
            {
                WindowPage.PROVIDERS: (tr("Open Providers"), lambda: self.show_page(PROVIDERS)),
                WindowPage.SETTINGS: (tr("Open Settings"), self._open_settings),
            }
        )
        self.queue_page = QueuePage(core, operations, messages, tr)
        self.history_page = HistoryPage(core, operations, messages, tr)
        self.providers_page = ProvidersPage(settings, core, operations, messages, tr)
        self.settings_page = SettingsPage(settings, core, operations, messages, tr)
        self.about_page = AboutPage(folders, core, operations, tr)
        for reader in (self.queue_page.reader, self.history_page.reader):
            reader.export_wanted.connect(self._export)
            reader.play_wanted.connect(self._play)
            Versions(reader, core, operations, tr)
        self.setWindowTitle("Notula")
        self.setWindowIcon(application_icon())
        self.setAcceptDrops(True)
        self._screen_fit = ScreenFit(self, SMALLEST)
        self._lay_out(messages)
        self._restore(state or WindowState())
        core.published.connect(self._show_notices)
        self.queue_page.job_ended.connect(self._history_has_grown)
        self.queue_page.filled.connect(self._focus.enter_unless_used)
        for keys, action in (
            (QKeySequence.StandardKey.Paste, self.paste),
            (QKeySequence("Ctrl+Q"), self.quit_wanted.emit),
            (QKeySequence("Ctrl+,"), self._open_settings),
        ):
            QShortcut(QKeySequence(keys), self, action)

    def show_page(self, number: int) -> None:
        """Go to one of QUEUE, HISTORY, PROVIDERS, SETTINGS, ABOUT."""
        self._buttons.button(number).setChecked(True)
        self._pages.setCurrentIndex(number)
        if number == HISTORY:
            self.history_page.refresh()
        elif number == PROVIDERS:
            self.providers_page.refresh()
        elif number == SETTINGS:
            self.settings_page.refresh()
        self._focus.enter()

    def state(self) -> WindowState:
        """What is to be as it is now at the next start."""
        inside = self.normalGeometry().size() if self.isMaximized() else self.size()
        pages = zip(PAGE_NAMES, self._all_pages(), strict=True)
        splitters = {name: tuple(one.sizes()) for name, page in pages if (one := page.findChild(QSplitter)) is not None}
        return WindowState(
            place=(self.pos().x(), self.pos().y(), inside.width(), inside.height()),
            is_maximized=self.isMaximized(),
            page=self._pages.currentIndex(),
            # A page that was never shown has no sizes yet; what was kept of it stays.
            splitters={**self._kept.splitters, **{name: sizes for name, sizes in splitters.items() if any(sizes)}},
            state_column=self.queue_page.state_column,
            last_folder=self.queue_page.last_folder,
            told_of_tray=self.told_of_tray,
        )

    def _restore(self, state: WindowState) -> None:
        self._kept = state
        self.told_of_tray = state.told_of_tray
        left, top, width, height = state.place or (0, 0, FIRST.width(), FIRST.height())
        self._screen_fit.place(QRect(QPoint(left, top), QSize(width, height)) if state.place else None, FIRST)
        if state.is_maximized:
            self.setWindowState(Qt.WindowState.WindowMaximized)
        for name, page in zip(PAGE_NAMES, self._all_pages(), strict=True):
            splitter = page.findChild(QSplitter)
            sizes = state.splitters.get(name, ())
            if splitter is not None and len(sizes) == splitter.count() and any(sizes):
                splitter.setSizes(sizes)
        self.queue_page.state_column = state.state_column
        self.queue_page.last_folder = state.last_folder
        self.show_page(state.page if state.page < self._pages.count() else QUEUE)

    def _all_pages(self) -> list[QWidget]:
        return [self.queue_page, self.history_page, self.providers_page, self.settings_page, self.about_page]

    def bring_to_front(self) -> None:
        """Show the window above all others."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def add(self, recordings: Sequence[Path | str]) -> None:
        """Put files, folders and web addresses in the queue and show it."""
        if recordings:
            self.show_page(QUEUE)
            self.queue_page.add(recordings)

    def show_statistics(self, statistics: QueueStatistics) -> None:
        """The title tells how much there is to do, for who has minimised the window."""
        waiting = statistics.unfinished
        self.setWindowTitle(self._tr("Notula ({count} to do)", count=waiting) if waiting else "Notula")

    def ask_to_quit(self, unfinished: int) -> None:
        """Ask before ending in the middle of work, and say that nothing of it is lost."""
        tr = self._tr
        question = QMessageBox(self)
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        question.setIcon(QMessageBox.Icon.Question)
        question.setTextFormat(Qt.TextFormat.PlainText)
        question.setWindowTitle(tr("Quit Notula"))
        question.setText(
            tr.plural("{count} recording isn't finished yet.", "{count} recordings aren't finished yet.", unfinished)
        )
        question.setInformativeText(tr("Unfinished work goes on when Notula starts again."))
        leave = question.addButton(tr("Quit"), QMessageBox.ButtonRole.AcceptRole)
        stay = question.addButton(tr("Keep open"), QMessageBox.ButtonRole.RejectRole)
        question.setDefaultButton(leave)
        question.setEscapeButton(stay)
        leave.clicked.connect(self.quit_wanted)
        question.open()

    def show_finishing(self, running: int, within_s: float) -> None:
        """Say that Notula ends once what is running is done, `within_s` seconds at most, and offer to end it now."""
        tr = self._tr
        told = named(QMessageBox(self), "finishing")
        told.setWindowModality(Qt.WindowModality.WindowModal)
        told.setIcon(QMessageBox.Icon.Information)
        told.setTextFormat(Qt.TextFormat.PlainText)
        told.setWindowTitle(tr("Quit Notula"))
        told.setText(
            tr.plural("{count} recording is being finished.", "{count} recordings are being finished.", running)
        )
        told.setInformativeText(
            tr(
                "Then Notula quits, in {seconds} s at the latest. What isn't done by then goes on at the next start.",
                seconds=f"{within_s:g}",
            )
        )
        at_once = told.addButton(tr("Quit now"), QMessageBox.ButtonRole.DestructiveRole)
        at_once.clicked.connect(self.quit_wanted)
        wait = told.addButton(tr("Wait"), QMessageBox.ButtonRole.RejectRole)
        told.setDefaultButton(wait)
        told.setEscapeButton(wait)
        if self.isVisible():
            told.open()

    def paste(self) -> None:
        """Take the files, or the paths of files, that are on the clipboard."""
        paths = recordings_in(QGuiApplication.clipboard().mimeData())
        if paths:
            self.add(paths)
        else:
            self._messages.information(self._tr("There is no file on the clipboard."))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if recordings_in(event.mimeData()):
            event.acceptProposedAction()
            self._drop_hint.set_active(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._drop_hint.set_active(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._drop_hint.set_active(False)
        event.acceptProposedAction()
        self.add(recordings_in(event.mimeData()))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._screen_fit.fit()  # Screens may have gone while it was hidden.
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

    def _show_notices(self, snapshot: Snapshot) -> None:
        self._noticed &= {str(notice) for notice in snapshot.notices}  # What has passed may come again.
        for notice in snapshot.notices:
            if str(notice) not in self._noticed:
                self._noticed.add(str(notice))
                self._unread.add(str(notice))
                self._messages.warning(notice, partial(self._notice_read, str(notice)))

    def _notice_read(self, notice: str) -> None:
        """Have nothing that was lost told again once a person has closed all that was said of it."""
        self._unread.discard(notice)
        if not self._unread:
            self._operations.start(
                self._core.call(lambda notula: notula.notices_told()),
                failed=lambda _: None,  # Then it is told once more.
                kind="notices told",
            )

    def _history_has_grown(self) -> None:
        if self._pages.currentIndex() == HISTORY:
            self.history_page.refresh()

    def _open_settings(self) -> None:
        self.show_page(SETTINGS)

    def _play(self, stored: StoredTranscript) -> None:
        play(stored.entry.location, stored.entry.name, self._operations, self._messages)

    def _export(self, stored: StoredTranscript, format_name: str) -> None:
        """Ask where to, then write."""
        location = stored.entry.location
        folder = Path.home() if location.startswith(("http://", "https://")) else path_of(location).parent
        suggested = folder / file_name(stored.entry.name, format_name)
        dialog = QFileDialog(self, self._tr("Save the transcript"), str(suggested))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(FORMATS[format_name].suffix.removeprefix("."))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.selectFile(suggested.name)
        dialog.fileSelected.connect(lambda name: self.export(stored, format_name, Path(name)))
        dialog.open()

    def export(self, stored: StoredTranscript, format_name: str, file: Path) -> None:
        """Write a transcript to a file and say so."""
        saved = self._tr("Saved as {name} in {folder}.", name=file.name, folder=str(file.parent))

        def tell(_: None) -> None:
            show = self._tr("Show")
            self._messages.information(saved, show, lambda: open_folder(file.parent, self._messages))

        self._operations.start(
            self._core.call(lambda notula: notula.transcripts.export(stored, format_name, file)), done=tell
        )

    def _lay_out(self, messages: Messages) -> None:
        tr = self._tr
        sidebar = named(QWidget(), "sidebar")
        sidebar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(sidebar)
        column.setContentsMargins(12, 18, 12, 12)
        column.setSpacing(4)
        column.addWidget(label("Notula", "brand"))
        column.addSpacing(12)
        self._pages = QStackedWidget()
        self._buttons = QButtonGroup(self)
        for number, (icon_name, text, page) in enumerate(
            (
                ("queue", tr("Queue"), self.queue_page),
                ("history", tr("History"), self.history_page),
                ("providers", tr("Providers"), self.providers_page),
                ("settings", tr("Settings"), self.settings_page),
                ("about", tr("About"), self.about_page),
            )
        ):
            button = QToolButton()
            button.setIcon(icon(icon_name))
            button.setIconSize(ICON_SIZE)
            button.setText(f"  {text}")
            button.setAccessibleName(text)
            button.setToolTip(f"{text} (Ctrl+{number + 1})")
            button.setShortcut(QKeySequence(f"Ctrl+{number + 1}"))
            button.setCheckable(True)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self._buttons.addButton(button, number)
            column.addWidget(button)
            self._pages.addWidget(page)
        self._buttons.idClicked.connect(self.show_page)
        column.addStretch(1)
        area = QWidget()
        content = QVBoxLayout(area)
        content.setContentsMargins(22, 18, 22, 16)
        content.addWidget(self._pages, 1)
        MessageBar(messages, tr, area)  # Over the page, which must not jump when a message comes and goes.
        whole = QWidget()
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(sidebar)
        row.addWidget(area, 1)
        self.setCentralWidget(whole)
        self._drop_hint = DropHint(tr, whole)
        for field in self.findChildren(QLineEdit):
            field.setAcceptDrops(False)  # A recording let go over a text field is meant for the queue.
        self._focus = FocusKeeper(self, self._pages, {self.queue_page: self.queue_page.focus_home})


def recordings_in(data: QMimeData) -> list[Path | str]:
    """The local files and web addresses in a drop or on the clipboard: as URLs, or as lines of text."""
    found = [recording for url in data.urls() if (recording := _recording_at(url)) is not None]
    if found or not data.hasText():
        return found
    lines = [line.strip() for line in data.text().splitlines() if line.strip()]
    found = [recording for line in lines if (recording := _recording_named(line)) is not None]
    return found if len(found) == len(lines) else []


def _recording_at(url: QUrl) -> Path | str | None:
    if url.isLocalFile():
        return _file_at(url)
    return url.toString(QUrl.ComponentFormattingOption.FullyEncoded) if url.scheme() in ("http", "https") else None


def _file_at(url: QUrl) -> Path:
    """The file of this address. Qt would put U+FFFD for bytes of its name that are no UTF-8."""
    if sys.platform == "win32" or url.host():
        return Path(url.toLocalFile())
    path = url.path(QUrl.ComponentFormattingOption.FullyEncoded)
    return Path(os.fsdecode(unquote_to_bytes(path)))


def _recording_named(line: str) -> Path | str | None:
    try:
        path = Path(line).expanduser()
    except RuntimeError:  # `~somebody`, whom there isn't.
        path = Path(line)
    return path if path.is_absolute() else _recording_at(QUrl(line))
