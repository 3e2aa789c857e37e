"""Says beside the options that telling speakers apart needs a model, and fetches it, before anything is transcribed."""

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from gui.page_context import PageContext
from gui.scale import Gap
from gui.widgets.model_fetch import ModelFetch
from gui.widgets.model_list import ModelList
from gui.widgets.text import label, megabytes


class VoicesHint(QWidget):
    """Hidden where speakers aren't asked for, the model is here, or another than this computer transcribes."""

    def __init__(self, models: ModelList, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("plain")
        self._tr = context.tr
        self._models = models
        self._is_wanted = False
        self._provider = ""
        self._percent = 0
        self._fetch = ModelFetch(context, self)
        self._fetch.progressed.connect(self._show_progress)
        self._fetch.ended.connect(self._ended)
        self.state = label(name="warning")
        self.get = QPushButton(context.tr("Download"))
        self.get.clicked.connect(self._get)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Gap.SMALL)
        row.addWidget(self.state)
        row.addWidget(self.get)
        models.changed.connect(self._show)
        self._show()

    def follow(self, *, is_wanted: bool, provider: str) -> None:
        """Speakers are asked for, or not; `provider` is empty where the first of the order transcribes."""
        self._is_wanted, self._provider = is_wanted, provider
        self._show()

    def _show(self) -> None:
        tr, known = self._tr, self._models.known
        model = known.of_voices
        first = known.offers[0].name if known.offers else ""
        is_here = (self._provider or first) == known.device
        is_missing = model is not None and not model.state.is_here
        self.setVisible(self._fetch.is_running or (self._is_wanted and is_here and is_missing))
        if self._fetch.is_running:
            self.state.setText(tr("Being downloaded: {percent} %", percent=self._percent))
            self.get.setText(tr("Cancel"))
        elif model is not None:
            self.state.setText(tr("needs a model"))
            size = megabytes(QLocale(tr.language), model.size_bytes)
            self.get.setText(tr("Download ({size})", size=size))

    def _get(self) -> None:
        model = self._models.known.of_voices
        if self._fetch.is_running:
            self._fetch.cancel()
        elif model is not None:
            self._percent = 0
            self._fetch.start(model.name)
            self._show()

    def _show_progress(self, percent: int) -> None:
        self._percent = percent
        self._show()

    def _ended(self, model: str) -> None:
        if model:
            self._models.refresh()
        self._show()
