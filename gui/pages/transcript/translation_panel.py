"""The translation beside a transcript's text: which language, by whom, how far it is, and the lines themselves."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from core.domain import TranscriptId, TranslatableText
from core.domain.errors import NoLlm, NotSaved
from core.domain.errors.pages import page_of
from core.domain.languages import COMMON_LANGUAGES
from core.domain.translation import Translation, TranslationService
from gui.changes import Changes
from gui.page_context import PageContext
from gui.pages.transcript.editing_session import EditingSession
from gui.pages.transcript.side_panel import PanelPart
from gui.pages.transcript.translation_lines import TranslationLines
from gui.pages.transcript.translation_view import TranslationView
from gui.widgets.language_names import language_name
from gui.widgets.text import paragraph

_FIRST_LANGUAGES = ("id", "en")
"""The usual ones come first."""


class _Progress(QObject):
    """The progress of a translation, passed from the core's thread to the window's."""

    advanced = Signal(int)
    """Percent."""

    def __init__(self) -> None:
        # Without a parent: the core may still report when the window is gone.
        super().__init__()

    def report(self, share: float) -> None:
        """Called by the core."""
        self.advanced.emit(round(100 * share))


class TranslationPanel(PanelPart):
    """Asks the core for what there is as soon as it is in sight. It sends a text when its button is pressed, only then.

    `save` saves what was edited, as the core translates what is kept; it returns whether that worked.
    """

    def __init__(
        self, session: EditingSession, save: Callable[[], Coroutine[Any, Any, bool]], context: PageContext
    ) -> None:
        super().__init__()
        self._session = session
        self._save = save
        self._core = context.core
        self._operations = context.operations
        self._messages = context.messages
        self._tr = tr = context.tr
        self._is_open = False
        self._services: tuple[TranslationService, ...] | None = None
        """Who would be sent the text; None until that is known."""
        self._task: asyncio.Task[None] | None = None
        self.language = self._language_box()
        self.start = QPushButton(tr("Translate"))
        self.start.clicked.connect(self.translate)
        self.stop = QPushButton(tr("Cancel"))
        self.stop.clicked.connect(self.cancel)
        self._told = paragraph(name="muted")
        self._problem = paragraph(name="problem")
        self._remedy = QPushButton(tr("Settings"))
        self._remedy.clicked.connect(self._mend)
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName(tr("How much is translated"))
        self.view = TranslationView(tr, self._time_of)
        self.lines = TranslationLines(session, self.view, self)
        self.lines.changed.connect(self._show)
        self._error: TranslatableText | None = None
        self._mends: Callable[[], None] | None = None
        """Goes to the page where what is told can be mended."""
        self._lay_out()
        session.opened.connect(self._begin)
        context.changes.happened.connect(self._follow)
        self._show()

    def first_control(self) -> QWidget:
        return self.language

    def set_open(self, *, is_open: bool) -> None:
        was_open, self._is_open = self._is_open, is_open
        if is_open and not was_open:
            self._find()

    @property
    def is_translating(self) -> bool:
        """Whether something is being translated for this panel."""
        return self._task is not None and not self._task.done()

    def translate(self) -> None:
        """Send what isn't translated yet to the services that the panel names."""
        stored, services = self._session.stored, self._services
        if stored is None or not services or self.is_translating:
            return
        number, language = stored.entry.id, self._language()
        progress = _Progress()
        progress.advanced.connect(self._advance)
        self._error = None

        async def work() -> None:
            try:
                if not await self._save():
                    raise NotSaved
                made = await self._core.call(
                    lambda notula: notula.translations.translate(number, language, services, progress.report)
                )
                if made is not None and self._is_of(number, language):
                    await self.lines.show(made)
            finally:
                progress.advanced.disconnect()

        self._task = self._operations.start(work(), failed=self._fail)
        self._task.add_done_callback(lambda _: self._ended())
        self._progress.setValue(0)
        self._show()

    def cancel(self) -> None:
        """Stop; what was translated before stays."""
        if self._task is not None:
            self._task.cancel()

    def saved_state(self) -> Mapping[str, object]:
        """What `restore` takes."""
        return {"language": self._language()}

    def restore(self, state: object) -> None:
        """Choose the language that was chosen last."""
        code = state.get("language") if isinstance(state, dict) else None
        index = self.language.findData(code) if isinstance(code, str) else -1
        if index >= 0:
            self.language.setCurrentIndex(index)

    def _language(self) -> str:
        return str(self.language.currentData())

    def _is_of(self, number: TranscriptId, language: str) -> bool:
        stored = self._session.stored
        return stored is not None and stored.entry.id == number and language == self._language()

    def _begin(self) -> None:
        """Another transcript, or another language."""
        self.cancel()
        self._error = None
        self.lines.clear()
        self._find()

    def _find(self) -> None:
        """Show the translation that there is; nothing is sent for that."""
        stored = self._session.stored
        if not self._is_open or stored is None:
            return
        number, language = stored.entry.id, self._language()

        async def find() -> None:
            self._services = await self._core.call(lambda notula: notula.translations.services())
            found: Translation | None = None
            if language != stored.transcript.language:
                found = await self._core.call(lambda notula: notula.translations.find(number, language))
            if found is not None and self._is_of(number, language) and not self.is_translating:
                await self.lines.show(found)

        self._operations.start(find(), done=lambda _: self._show(), failed=self._fail, kind="find-translation")

    def _follow(self, changes: Changes) -> None:
        if changes.providers:
            self._error = None
            self._find()

    def _fail(self, message: TranslatableText) -> None:
        self._error = message
        self._show()

    def _ended(self) -> None:
        self._task = None
        self._show()

    def _advance(self, percent: int) -> None:
        self._progress.setValue(percent)
        self._show()

    def _mend(self) -> None:
        if self._mends is not None:
            self._mends()

    def _show(self) -> None:
        stored, is_busy = self._session.stored, self.is_translating
        is_same = stored is not None and stored.transcript.language == self._language()
        nobody = self._services == () and not is_same
        is_wanted = self.lines.translation is None or self.lines.outdated > 0
        error = self._error or (NoLlm().message if nobody and is_wanted else None)
        self.start.setText(self._tr("Translate again") if self.lines.translation else self._tr("Translate"))
        self._show_buttons(is_busy=is_busy, can_start=bool(stored and self._services and not is_same and is_wanted))
        self._progress.setVisible(is_busy)
        self._told.setText(self._sentence(is_same=is_same))
        self._told.setVisible(bool(self._told.text()))
        self._problem.setText(self._tr.message(error) if error is not None and not is_busy else "")
        self._problem.setVisible(bool(self._problem.text()))
        link = self._messages.link_to(page_of(error)) if error is not None and not is_busy else None
        self._mends = link.open if link is not None else None
        if link is not None:
            self._remedy.setText(link.text)
        self._remedy.setVisible(link is not None)

    def _show_buttons(self, *, is_busy: bool, can_start: bool) -> None:
        """One of both is there. The focus goes on before what has it is hidden, or Qt would move it elsewhere."""
        had_focus = self.start.hasFocus() or self.stop.hasFocus()
        (self.stop if is_busy else self.start).show()
        if had_focus:
            following = self.stop if is_busy else self.start if can_start else self.view
            following.setEnabled(True)
            following.setFocus(Qt.FocusReason.OtherFocusReason)
        self.start.setEnabled(can_start)
        (self.start if is_busy else self.stop).hide()

    def _sentence(self, *, is_same: bool) -> str:
        """What is going on, or who would be sent the text."""
        tr, lines = self._tr, self.lines
        language = language_name(tr, self._language())
        if self.is_translating:
            percent = self._progress.value()
            return tr("Being translated into {language}: {percent} %", language=language, percent=percent)
        if is_same:
            return tr("The text is in {language} already. Choose another language.", language=language)
        sentences = []
        if lines.translation is not None:
            if not lines.outdated:
                return tr("Translated by {provider}.", provider=self._title(lines.translation.provider))
            sentences.append(
                tr.plural(
                    "{count} passage was changed since it was translated.",
                    "{count} passages were changed since they were translated.",
                    lines.outdated,
                )
            )
        if self._services:
            sentences.append(self._destination(self._services))
        return " ".join(sentences)

    def _title(self, provider: str) -> str:
        """What people call those who have made a translation."""
        titles = {one.name: one.title for one in self._services or ()}
        return " + ".join(titles.get(name, name) for name in provider.split(" + "))

    def _destination(self, services: tuple[TranslationService, ...]) -> str:
        tr = self._tr
        first, *others = (f"{one.title} ({one.model})" for one in services)
        if self.lines.translation is not None:
            told = tr("Translate again sends these, and the lines before them, to {service}.", service=first)
        else:
            told = tr("Translate sends the whole text to {service}.", service=first)
        if others:
            told += " " + tr("Where that can't answer, it goes to {services}.", services=", ".join(others))
        return told

    def _time_of(self, number: int) -> float | None:
        segments = self._session.document.segments
        return segments[number].segment.start_s if number < len(segments) and self.lines.translation else None

    def _language_box(self) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(self._tr("Language of the translation"))
        names = {code: language_name(self._tr, code) for code in COMMON_LANGUAGES}
        for code in _FIRST_LANGUAGES:
            box.addItem(names.pop(code), code)
        for code, name in sorted(names.items(), key=lambda one: one[1].casefold()):
            box.addItem(name, code)
        box.currentIndexChanged.connect(self._begin)
        return box

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self.language, 1)
        row.addWidget(self.start)
        row.addWidget(self.stop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        for part in (self._told, self._progress, self._problem):
            column.addWidget(part)
        column.addWidget(self._remedy, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.view, 1)
