"""The lines of a translation beside the segments of a session, kept there while the text is edited."""

import asyncio

from PySide6.QtCore import QObject, Signal

from core.domain.translation import TranslatedLine, Translation
from core.editing import Edit, aligned_lines, is_outdated, realigned_lines
from gui.pages.transcript.editing_session import EditingSession
from gui.pages.transcript.translation_view import ShownLine, TranslationView


class TranslationLines(QObject):
    """Shows one translation at a time in a view. A line for each segment, whatever becomes of those."""

    changed = Signal()
    """Another number of lines is outdated, or another translation is shown."""

    def __init__(self, session: EditingSession, view: TranslationView, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._view = view
        self._lines: list[TranslatedLine] = []
        self.translation: Translation | None = None
        """What is shown, None where that is nothing."""
        self.outdated = 0
        """How many segments have another text than the one that was translated."""
        session.changed.connect(self._follow)

    def clear(self) -> None:
        """Show no translation."""
        self.translation, self._lines, self.outdated = None, [], 0
        self._view.show_lines([], 0.0)
        self.changed.emit()

    async def show(self, translation: Translation) -> None:
        """Show a translation beside the text as it is now. Comparing thousands of lines isn't done here and now."""
        while True:
            document = self._session.document
            texts = [one.segment.text for one in document.segments]
            lines = await asyncio.to_thread(aligned_lines, texts, translation)
            if document is self._session.document:  # Else somebody has typed meanwhile.
                break
        self.translation, self._lines = translation, lines
        shown = self._shown(0, len(lines))
        self.outdated = sum(is_old for _, is_old in shown)
        segments = document.segments
        self._view.show_lines(shown, segments[-1].segment.start_s if segments else 0.0)
        self.changed.emit()

    def _follow(self, edit: Edit) -> None:
        if self.translation is None:
            return
        before = self.outdated
        shift = sum(len(splice.after) - len(splice.before) for splice in edit.splices)
        for splice in edit.splices:  # From the end to the beginning: the places of those before stay.
            index, count = splice.index, len(splice.before)
            was = self._lines[index : index + count]
            self.outdated -= sum(
                is_outdated(line, one.segment.text) for line, one in zip(was, splice.before, strict=True)
            )
            texts = [one.segment.text for one in splice.after]
            now = realigned_lines(texts, was, self.translation)
            self._lines[index : index + count] = now
            shown = [_shown(line, text) for line, text in zip(now, texts, strict=True)]
            self.outdated += sum(is_old for _, is_old in shown)
            self._view.replace_lines(index, count, shown)
        if shift or self.outdated != before:
            self.changed.emit()

    def _shown(self, begin: int, end: int) -> list[ShownLine]:
        segments = self._session.document.segments[begin:end]
        return [_shown(line, one.segment.text) for line, one in zip(self._lines[begin:end], segments, strict=True)]


def _shown(line: TranslatedLine, text: str) -> ShownLine:
    return line.text, is_outdated(line, text)
