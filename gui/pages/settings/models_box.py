"""The Whisper models: which are on this computer, which can be downloaded, and deleting them."""

from PySide6.QtCore import QLocale, QObject, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QGridLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from core.domain import ModelKind, ModelState, ModelStatus
from core.i18n import Translator
from gui.changes import Changes
from gui.page_context import PageContext
from gui.pages.settings.ready_model import tell_of_model
from gui.scale import Gap
from gui.widgets.model_download import ModelDownload
from gui.widgets.text import empty, harmless, label, megabytes, named, paragraph

_ROW_HEIGHT = 32
"""The least height of a row in pixels, so that rows without a button are as high as the others."""


_BAR_WIDTH = 96


class _ActionButton(QPushButton):
    """Ignores the second click of a double click, because the button's action changes after the first."""

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()


class _Row(QObject):
    """The row of one model. Its one button stays the same widget with every text, so that it keeps the focus."""

    pressed = Signal(str)
    """The name of the model whose button was pressed."""

    def __init__(self, grid: QGridLayout, number: int, model: ModelStatus, tr: Translator) -> None:
        super().__init__(grid)
        self._tr = tr
        self._download: ModelDownload | None = None
        self.model = model
        size = megabytes(QLocale(tr.language), model.size_bytes)
        self._about = (_kind_of(model, tr), size)
        self._state = paragraph(name="muted")
        self._bar: QProgressBar | None = None
        self._grid, self._number = grid, number
        self.button = _ActionButton()
        self.button.clicked.connect(self._pressed)
        grid.setRowMinimumHeight(number, _ROW_HEIGHT)
        name = label(harmless(model.name))
        name.setToolTip(harmless(model.place))
        texts = named(QWidget(), "plain")
        column = QVBoxLayout(texts)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(name)
        column.addWidget(self._state)
        grid.addWidget(texts, number, 0)
        grid.addWidget(self.button, number, 2)

    @property
    def is_downloading(self) -> bool:
        """Whether the row shows a download, which its button cancels."""
        return self._download is not None

    def show(self, model: ModelStatus, download: ModelDownload | None) -> None:
        """Show how the model is now, and whether it is being fetched."""
        tr = self._tr
        self.model = model
        if download is not self._download:
            self._download = download
            self._show_bar(download)
        state, does = {
            ModelState.MISSING: ("", tr("Download")),
            ModelState.DOWNLOADED: (tr("On this computer"), tr("Delete")),
            ModelState.BUNDLED: (tr("Comes with Notula"), ""),
            ModelState.CACHED: (tr("In the Hugging Face cache"), ""),
            ModelState.OWN: (tr("Your own; changed") if model.is_changed else tr("Your own"), tr("Remove")),
            ModelState.LOST: (tr("Its files are gone"), tr("Remove")),
            ModelState.FOUND: (tr("In the Hugging Face cache"), tr("Add")),
        }[model.state]
        does = tr("Cancel") if download is not None else does
        shown = "" if download is not None else state
        self._state.setText("  ·  ".join(part for part in (*self._about, shown) if part))
        self.button.setText(does)
        self.button.setAccessibleName(f"{does}: {model.name}")
        self.button.setVisible(bool(does))

    def _pressed(self) -> None:
        self.pressed.emit(self.model.name)

    def _show_bar(self, download: ModelDownload | None) -> None:
        if self._bar is not None:
            self._grid.removeWidget(self._bar)
            self._bar.deleteLater()
            self._bar = None
        if download is not None:
            self._bar = QProgressBar()
            self._bar.setTextVisible(False)
            self._bar.setAccessibleName(self._tr("Download of {model}", model=self.model.name))
            download.progressed.connect(self._bar.setValue)
            self._bar.setFixedWidth(_BAR_WIDTH)
            self._grid.addWidget(self._bar, self._number, 1)


def _kind_of(model: ModelStatus, tr: Translator) -> str:
    if model.kind is ModelKind.VOICES:
        return tr("Tells speakers apart")
    return tr("English only") if model.english_only else tr("Many languages")


class ModelsBox(QWidget):
    """A row a model."""

    listed = Signal(object)
    """The models as they are now: a tuple of `ModelStatus`."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("plain")
        self._core = context.core
        self._operations = context.operations
        self._messages = context.messages
        self._tr = context.tr
        self._rows: dict[str, _Row] = {}
        self._downloads: dict[str, ModelDownload] = {}
        self._deletions: set[str] = set()
        # The rows come after this widget in the order of Tab. Qt skips hidden widgets, but needs their focus policy.
        self._tab_anchor = QWidget(self)
        self._tab_anchor.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._tab_anchor.hide()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(Gap.LARGE)
        self._grid.setVerticalSpacing(Gap.SMALL)
        self._grid.setColumnStretch(0, 1)
        context.changes.happened.connect(self._follow)

    def refresh(self) -> None:
        """Ask which models are there and show them."""
        self._operations.start(self._core.call(lambda notula: notula.models.list()), done=self._show, kind="models")

    def _follow(self, changes: Changes, initiator: object) -> None:
        """Refresh what is visible; a hidden page is refreshed when it is shown."""
        if changes.models and initiator is not self and self.isVisible():
            self.refresh()

    def _show(self, models: tuple[ModelStatus, ...]) -> None:
        if [model.name for model in models] != list(self._rows):
            self._make_rows(models)
        for model in models:
            self._rows[model.name].show(model, self._downloads.get(model.name))
        self.listed.emit(models)

    def _make_rows(self, models: tuple[ModelStatus, ...]) -> None:
        empty(self._grid)
        self._rows = {model.name: _Row(self._grid, number, model, self._tr) for number, model in enumerate(models)}
        before = self._tab_anchor
        for row in self._rows.values():  # Widgets that are made later would otherwise be last in the order of Tab.
            row.pressed.connect(self._act)
            QWidget.setTabOrder(before, row.button)
            before = row.button

    def _act(self, model: str) -> None:
        """Download, add, cancel, delete or forget: what the button of the row says."""
        row = self._rows[model]
        if row.is_downloading:
            self._cancel(row.model.name)
        elif row.model.state in (ModelState.MISSING, ModelState.FOUND):
            self._start(row.model.name)
        elif row.model.state in (ModelState.DOWNLOADED, ModelState.OWN, ModelState.LOST):
            self._delete(row.model.name)

    def _start(self, model: str) -> None:
        if model in self._downloads:
            return  # A second click, before the row shows that it has begun.
        download = ModelDownload()
        self._downloads[model] = download
        is_found = self._rows[model].model.state is ModelState.FOUND

        async def fetch() -> None:
            try:
                if is_found:
                    await self._core.call(lambda notula: notula.models.add(model, "", download.report))
                else:
                    await self._core.call(lambda notula: notula.models.download(model, download.report))
            finally:
                self._downloads.pop(model, None)
                self.refresh()

        is_of_voices = self._rows[model].model.kind is ModelKind.VOICES
        download.task = self._operations.start(
            fetch(),
            done=lambda _: tell_of_model(self._messages, self._tr, "" if is_of_voices else model),
            changes=Changes(models=True),
            initiator=self,
        )
        self.refresh()

    def _cancel(self, model: str) -> None:
        download = self._downloads.get(model)
        if download is not None and download.task is not None:
            download.task.cancel()

    def _delete(self, model: str) -> None:
        if model in self._deletions:
            return
        self._deletions.add(model)

        async def delete() -> None:
            try:
                await self._core.call(lambda notula: notula.models.delete(model))
            finally:
                self._deletions.discard(model)
                self.refresh()

        self._operations.start(delete(), changes=Changes(models=True), initiator=self)
