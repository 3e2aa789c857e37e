"""Asks for recordings: files, a folder, or addresses of the web."""

from pathlib import Path

from PySide6.QtCore import QObject, Qt, QUrl, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QMenu,
    QPlainTextEdit,
    QToolButton,
    QWidget,
)

from core.domain.media_formats import MEDIA_SUFFIXES
from core.i18n import Translator
from gui.actions.actions import Actions
from gui.theme import icon
from gui.widgets.dialogs.answer_buttons import AnswerButtons
from gui.widgets.dialogs.dialog_column import dialog_column
from gui.widgets.invalid_field import mark_invalid
from gui.widgets.text import named, paragraph


class RecordingChooser(QObject):
    """The dialogs of one page. They begin where something was chosen last."""

    chosen = Signal(object)
    """A list of paths and addresses."""

    def __init__(self, actions: Actions, place: str, tr: Translator, page: QWidget) -> None:
        """`place` is what the page's actions to add recordings begin with, as in `queue_add`."""
        super().__init__(page)
        self._page = page
        self._tr = tr
        self.folder = ""
        self.add_action = actions.bind(f"{place}_add", page, self.ask_for_files)
        self.folder_action = actions.bind(f"{place}_folder", page, self.ask_for_folder)
        self.address_action = actions.bind(f"{place}_address", page, self.ask_for_addresses)

    def ask_for_files(self) -> None:
        """Let a person choose any number of recordings."""
        dialog = self._dialog(self._tr("Add recordings"), QFileDialog.FileMode.ExistingFiles)
        patterns = sorted(f"*{one}" for suffix in MEDIA_SUFFIXES for one in (suffix, suffix.upper()))
        media, everything = self._tr("Audio and video"), self._tr("All files")
        dialog.setNameFilters([f"{media} ({' '.join(patterns)})", f"{everything} (*)"])
        dialog.setOption(QFileDialog.Option.HideNameFilterDetails)  # There are 80 patterns.
        dialog.open()

    def ask_for_folder(self) -> None:
        """Let a person choose a folder, for all the recordings in it."""
        dialog = self._dialog(self._tr("Add a folder"), QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.open()

    def ask_for_addresses(self) -> None:
        """Let a person enter web addresses of recordings."""
        dialog = AddressDialog(self._tr, self._page)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(self.chosen)
        dialog.open()

    def more_button(self) -> QToolButton:
        """A button with a menu of what else than files can be added."""
        tr = self._tr
        button = named(QToolButton(), "action")
        button.setIcon(icon("chevron-down"))
        button.setAccessibleName(tr("More ways to add recordings"))
        button.setToolTip(tr("More ways to add recordings"))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        menu.addActions([self.add_action, self.folder_action, self.address_action])
        button.setMenu(menu)
        return button

    def _dialog(self, title: str, mode: QFileDialog.FileMode) -> QFileDialog:
        dialog = QFileDialog(self._page, title, self.folder or str(Path.home()))
        dialog.setFileMode(mode)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(self._choose)
        dialog.directoryEntered.connect(self._enter)
        return dialog

    def _enter(self, folder: str) -> None:
        self.folder = folder

    def _choose(self, names: list[str]) -> None:
        paths = [Path(name) for name in names]
        if paths:
            self.folder = str(paths[0].parent)
            self.chosen.emit(paths)


class AddressDialog(QDialog):
    """Asks for web addresses, one a line, and accepts only valid ones."""

    chosen = Signal(object)
    """A list of addresses."""

    def __init__(self, tr: Translator, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tr = tr
        self.setWindowTitle(tr("Add a web address"))
        self.lines = QPlainTextEdit()
        self.lines.setAccessibleName(tr("Web addresses, one a line"))
        self.lines.setPlaceholderText("https://example.org/talk.mp3")
        self.lines.setTabChangesFocus(True)
        self.lines.setMaximumHeight(120)
        self.lines.textChanged.connect(self._check)
        self.problem = paragraph(name="problem")
        self._buttons = AnswerButtons(self, tr("Add"), tr("Cancel"))
        self._add = self._buttons.yes
        self._add.setShortcut(QKeySequence("Ctrl+Return"))
        column = dialog_column(self)
        column.addWidget(paragraph(tr("Addresses of audio or video files, one a line."), "muted"))
        for part in (self.lines, self.problem, self._buttons):
            column.addWidget(part)
        self._check()

    def accept(self) -> None:
        self.chosen.emit(self._addresses())
        super().accept()

    def _addresses(self) -> list[str]:
        return [line.strip() for line in self.lines.toPlainText().splitlines() if line.strip()]

    def _check(self) -> None:
        addresses = self._addresses()
        wrong = [address for address in addresses if not _is_address(address)]
        sentence = self._tr("An address begins with http:// or https://.") if wrong else ""
        self.problem.setText(sentence)
        mark_invalid(self.lines, sentence)
        self._add.setEnabled(bool(addresses) and not wrong)


def _is_address(text: str) -> bool:
    url = QUrl(text, QUrl.ParsingMode.StrictMode)
    return url.isValid() and url.scheme() in ("http", "https") and bool(url.host())
