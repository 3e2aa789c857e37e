"""The watched folders on the settings page: adding, changing and removing them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QPushButton, QVBoxLayout, QWidget

from core.config import Settings
from core.domain import Snapshot
from core.domain.watching import WatchFolder
from gui.changes import Changes
from gui.page_context import PageContext
from gui.pages.settings.watched_folder_row import WatchedFolderRow
from gui.scale import Gap
from gui.widgets.text import empty, harmless, named, paragraph

Folders = Mapping[str, WatchFolder]


class WatchedFoldersBox(QWidget):
    """A row a folder. Every change applies at once and is saved."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("plain")
        self._core = context.core
        self._settings = context.settings
        self._operations = context.operations
        self._messages = context.messages
        self._presets = context.job_options
        self._tr = tr = context.tr
        self.rows: dict[str, WatchedFolderRow] = {}
        self.add = QPushButton(tr("Watch a folder …"))
        self.add.clicked.connect(self.ask_for_folder)
        self._list = named(QWidget(), "plain")
        self._column = QVBoxLayout(self._list)
        self._lay_out()
        self._show_settings()
        if context.core.last is not None:
            self._show_states(context.core.last)
        context.core.published.connect(self._show_states)
        context.changes.happened.connect(self._follow)

    def ask_for_folder(self) -> None:
        """Let a person choose a folder, which is watched from then on."""
        dialog = QFileDialog(self, self._tr("Watch a folder"), str(Path.home()))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._watch)
        dialog.open()

    def _watch(self, chosen: str) -> None:
        path, tr = str(Path(chosen)), self._tr
        name = harmless(Path(path).name or path)
        if path in self._settings.current.watch_folders:
            self._messages.information(tr("{folder} is watched already.", folder=name))
            return

        def told(_: object) -> None:
            self._messages.information(
                tr("{folder} is watched. What comes into it from now on is transcribed.", folder=name),
                tr("Also what is there"),
                lambda: self._take_existing(path),
            )

        self._change(lambda folders: {**folders, path: WatchFolder()}, told)

    def _take_existing(self, path: str) -> None:
        self._change(lambda folders: _with(folders, path, replace(folders.get(path, WatchFolder()), existing=True)))

    def _choose(self, path: str, folder: WatchFolder) -> None:
        self._change(lambda folders: _with(folders, path, folder))

    def _remove(self, path: str) -> None:
        before, tr = dict(self._settings.current.watch_folders), self._tr

        def told(_: object) -> None:
            self._messages.information(
                tr("{folder} isn't watched any more.", folder=harmless(Path(path).name or path)),
                tr("Undo"),
                lambda: self._change(lambda folders: _put_back(folders, before, path)),
                is_undo=True,
            )

        self._change(lambda folders: {one: folder for one, folder in folders.items() if one != path}, told)

    def _change(self, changed: Callable[[Folders], Folders], done: Callable[[object], None] = lambda _: None) -> None:
        def values(settings: Settings) -> Mapping[str, object]:
            return {"watch_folders": dict(changed(settings.watch_folders))}

        self._operations.start(self._core.call(lambda notula: notula.settings_service.change_by(values)), done=done)

    def _follow(self, changes: Changes) -> None:
        if "watch_folders" in changes.settings:
            self._show_settings()

    def _show_settings(self) -> None:
        folders = self._settings.current.watch_folders
        if list(folders) != list(self.rows):
            self._make_rows(folders)
        for path, folder in folders.items():
            self.rows[path].show_folder(folder)

    def _show_states(self, snapshot: Snapshot) -> None:
        for state in snapshot.watched_folders:
            if state.path in self.rows:
                self.rows[state.path].show_state(state)

    def _make_rows(self, folders: Folders) -> None:
        empty(self._column)
        self.rows = {}
        before: QWidget = self.add
        for path, folder in folders.items():
            row = WatchedFolderRow(path, folder, lambda: self._presets.presets, self._tr)
            row.changed.connect(self._choose)
            row.removed.connect(self._remove)
            self._column.addWidget(row)
            self.rows[path] = row
            for widget in (row.options, row.remove):
                QWidget.setTabOrder(before, widget)
                before = widget
        self._list.setVisible(bool(folders))

    def _lay_out(self) -> None:
        tr = self._tr
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(Gap.LARGE)
        about = tr(
            "Recordings that come into these folders are transcribed by themselves, once they are complete. Those that "
            "are there already are left alone, unless you choose otherwise in the options of a folder."
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Gap.LARGE)
        column.addWidget(paragraph(about, "muted"))
        column.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._list)


def _with(folders: Folders, path: str, folder: WatchFolder) -> Folders:
    """With another choice for a folder, if it is watched."""
    return {**folders, path: folder} if path in folders else folders


def _put_back(folders: Folders, before: Folders, path: str) -> Folders:
    """With a folder in the place that it had."""
    missing = {one: folder for one, folder in folders.items() if one not in before}
    kept = {one: folders.get(one, folder) for one, folder in before.items() if one in folders or one == path}
    return {**kept, **missing}
