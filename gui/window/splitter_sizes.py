"""How the pages divide their room, from one start to the next and from one window to that in another language."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QSplitter, QWidget


class SplitterSizes(QObject):
    """Of the splitter of each page that has one. Gives them what was kept."""

    def __init__(self, kept: Mapping[str, tuple[int, ...]], parent: QObject) -> None:
        """`kept` is what `sizes` returned the last time."""
        super().__init__(parent)
        self._kept = dict(kept)
        self._splitters: dict[str, QSplitter] = {}
        self._laid_out: set[QObject] = set()

    def add(self, name: str, page: QWidget) -> None:
        """Follow the splitter of a page, which may have none. `name` is the page's."""
        splitter = page.findChild(QSplitter)
        if splitter is None:
            return
        self._splitters[name] = splitter
        splitter.installEventFilter(self)
        splitter.splitterMoved.connect(partial(self._keep, name))
        sizes = self._kept.get(name, ())
        if len(sizes) == splitter.count() and all(sizes):
            splitter.setSizes(sizes)

    def sizes(self) -> Mapping[str, tuple[int, ...]]:
        """By the name of the page, in pixels. Those of a page that this window hasn't shown stay as they were kept."""
        for name in self._splitters:
            self._keep(name)
        return dict(self._kept)

    def _keep(self, name: str, *_: int) -> None:
        """While a part can't be seen the earlier sizes stay. Never shown, a splitter has sizes of no window."""
        splitter = self._splitters[name]
        if splitter in self._laid_out and all(splitter.sizes()):
            self._kept[name] = tuple(splitter.sizes())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Show:
            self._laid_out.add(watched)
        return super().eventFilter(watched, event)
