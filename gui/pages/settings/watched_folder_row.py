"""One watched folder on the settings page: where it is, how it is doing, and what is chosen for it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from core.domain.options import RECOGNIZED
from core.domain.watching import WatchedFolder, WatchFolder
from core.export import FORMATS
from core.i18n import Translator
from gui.job_options import JobOptions
from gui.scale import Gap
from gui.widgets.language_names import language_name
from gui.widgets.menu_button import MenuButton
from gui.widgets.text import harmless, label, named, paragraph
from gui.widgets.watch_texts import has_trouble, state_of

_SEPARATOR = "  ·  "


class WatchedFolderRow(QWidget):
    """`presets` gives the options that a person has kept under names."""

    changed = Signal(str, object)
    """The path, and the `WatchFolder` that is chosen for it now."""

    removed = Signal(str)
    """The path."""

    def __init__(
        self,
        path: str,
        folder: WatchFolder,
        presets: Callable[[], Mapping[str, JobOptions]],
        tr: Translator,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("plain")
        self.path = path
        self._folder = folder
        self._presets = presets
        self._tr = tr
        self._state = paragraph(name="muted")
        self._chosen = paragraph(name="muted")
        name = harmless(Path(path).name or path)
        self.options = MenuButton()
        self.options.setText(tr("Options"))
        self.options.setAccessibleName(tr("Options of {folder}", folder=name))
        self.options.menu().aboutToShow.connect(self._fill)
        self.remove = QPushButton(tr("Remove"))
        self.remove.setAccessibleName(tr("Watch {folder} no more", folder=name))
        self.remove.clicked.connect(lambda: self.removed.emit(self.path))
        self._lay_out(name)
        self.show_folder(folder)

    def show_folder(self, folder: WatchFolder) -> None:
        """Show what is chosen for it now."""
        self._folder = folder
        tr, parts = self._tr, []
        if not folder.subfolders:
            parts.append(tr("without subfolders"))
        if folder.existing:
            parts.append(tr("older recordings too"))
        if folder.save_beside:
            formats = ", ".join(one.upper() for one in folder.save_beside)
            parts.append(tr("saved beside as {formats}", formats=formats))
        if folder.model:
            parts.append(harmless(folder.model))
        if folder.language:
            parts.append(tr("Recognise it") if folder.language == RECOGNIZED else language_name(tr, folder.language))
        self._chosen.setText(_SEPARATOR.join(parts))
        self._chosen.setVisible(bool(parts))

    def show_state(self, state: WatchedFolder) -> None:
        """Show how its watching is doing."""
        wanted = "problem" if has_trouble(state) else "muted"
        if self._state.objectName() != wanted:
            self._state.setObjectName(wanted)
            self._state.style().unpolish(self._state)
            self._state.style().polish(self._state)
        text = state_of(state, self._tr)
        if state.unreadable_name and has_trouble(state):
            text = f"{text}{_SEPARATOR}{harmless(state.unreadable_name)}"
        if self._state.text() != text:
            self._state.setText(text)

    def _lay_out(self, name: str) -> None:
        texts = named(QWidget(), "plain")
        column = QVBoxLayout(texts)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Gap.TIGHT)
        title = label(name)
        title.setToolTip(harmless(self.path))
        for part in (title, paragraph(harmless(self.path), "muted"), self._state, self._chosen):
            column.addWidget(part)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Gap.SMALL)
        row.addWidget(texts, 1)
        row.addWidget(self.options)
        row.addWidget(self.remove)

    def _fill(self) -> None:
        menu, tr, folder = self.options.menu(), self._tr, self._folder
        for inner in menu.findChildren(QMenu):  # `clear` leaves them behind.
            inner.deleteLater()
        menu.clear()
        self._add_choice(
            menu, tr("Include subfolders"), folder.subfolders, replace(folder, subfolders=not folder.subfolders)
        )
        self._add_choice(
            menu, tr("Also what was there before"), folder.existing, replace(folder, existing=not folder.existing)
        )
        beside = menu.addMenu(tr("Save the text beside the recording"))
        for one in FORMATS:
            is_chosen = one in folder.save_beside
            formats = tuple(name for name in FORMATS if (name in folder.save_beside) != (name == one))
            self._add_choice(beside, one.upper(), is_chosen, replace(folder, save_beside=formats))
        menu.addSeparator()
        usual = _with_options(folder, JobOptions())
        self._add_choice(menu, tr("As the settings say"), folder == usual, usual)
        for name, options in self._presets().items():
            preset = _with_options(folder, options)
            text = tr("Preset {name}", name=harmless(name).replace("&", "&&"))
            self._add_choice(menu, text, folder == preset and folder != usual, preset)

    def _add_choice(self, menu: QMenu, text: str, is_chosen: bool, chosen: WatchFolder) -> None:
        action = menu.addAction(text)
        action.setCheckable(True)
        action.setChecked(is_chosen)
        action.triggered.connect(lambda _: self.changed.emit(self.path, chosen))


def _with_options(folder: WatchFolder, options: JobOptions) -> WatchFolder:
    """The folder with what a preset says. A preset that saves texts beside the recording brings its formats."""
    return replace(
        folder,
        provider=options.provider,
        model=options.model,
        language=options.language,
        speakers=options.speakers,
        people=options.people,
        to_english=options.to_english,
        save_beside=options.formats if options.is_beside else folder.save_beside,
    )
