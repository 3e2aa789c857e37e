"""Remembers voices, suggests their names and forgets them, for the dialog that names speakers."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QGridLayout, QPushButton, QWidget
from shiboken6 import isValid

from core.domain import StoredTranscript, TranslatableText
from core.domain.errors.pages import page_of
from core.domain.voice_consent import CONSENT
from core.i18n import Translator
from gui.page_context import PageContext
from gui.widgets.dialogs.answer_buttons import AnswerKind
from gui.widgets.dialogs.dialog_column import dialog_column
from gui.widgets.dialogs.question import Asked, Question
from gui.widgets.reader.speakers_dialog import SpeakersDialog
from gui.widgets.text import harmless, label


class RememberedVoices(QObject):
    """Belongs to one dialog, about one transcript. Nothing is heard or kept that wasn't asked for in it."""

    def __init__(self, dialog: SpeakersDialog, stored: StoredTranscript, context: PageContext) -> None:
        super().__init__(dialog)
        self._dialog = dialog
        self._number = stored.entry.id
        self._core = context.core
        self._operations = context.operations
        self._messages = context.messages
        self._tr = context.tr
        dialog.remember_wanted.connect(self._ask_for_consent)
        dialog.suggestions_wanted.connect(self._suggest)
        dialog.voices_wanted.connect(self._list)

    def _ask_for_consent(self, speaker: str, name: str) -> None:
        tr = self._tr
        asked = Asked(tr("Remember this voice"), tr("Remember the voice of {name}?", name=harmless(name)), tr(CONSENT))
        question = Question(asked, tr("Remember"), tr("Cancel"), AnswerKind.CAREFUL, self._dialog)
        agreed = QCheckBox(tr("{name} has agreed to it", name=harmless(name)))
        question.add(agreed)
        question.answers.yes.setEnabled(False)
        agreed.toggled.connect(question.answers.yes.setEnabled)
        question.accepted.connect(lambda: self._remember(speaker, name))
        question.open()

    def _remember(self, speaker: str, name: str) -> None:
        self._dialog.show_progress(self._tr("The voice is being heard …"))
        self._operations.start(
            self._core.call(lambda notula: notula.remembered_voices.remember(self._number, speaker, name)),
            done=lambda is_there: self._tell(
                self._tr("The voice is remembered as {name}.", name=name) if is_there else self._deleted()
            ),
            failed=self._fail,
        )

    def _suggest(self) -> None:
        self._dialog.show_progress(self._tr("The voices are being heard …"))
        self._operations.start(
            self._core.call(lambda notula: notula.remembered_voices.suggestions(self._number)),
            done=self._show_suggestions,
            failed=self._fail,
        )

    def _show_suggestions(self, names: dict[str, str] | None) -> None:
        if names is None:
            self._tell(self._deleted())
        elif isValid(self._dialog):
            self._dialog.show_suggestions(names)

    def _list(self) -> None:
        names = self._core.call(lambda notula: notula.remembered_voices.names())
        self._operations.start(names, done=self._show_list, failed=self._show_none)

    def _show_none(self, problem: TranslatableText) -> None:
        """The file can't be read; all can be forgotten even so."""
        self._fail(problem)
        self._show_list(())

    def _show_list(self, names: Sequence[str]) -> None:
        if isValid(self._dialog):
            listed = _VoicesDialog(names, self._tr, self._dialog)
            listed.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            for name, button in listed.forget.items():
                button.clicked.connect(lambda _=False, name=name: self._forget(name))
            listed.forget_all.clicked.connect(lambda: self._forget(""))
            listed.open()

    def _forget(self, name: str) -> None:
        self._operations.start(
            self._core.call(
                lambda notula: notula.remembered_voices.forget(name) if name else notula.remembered_voices.forget_all()
            ),
            done=lambda _: self._tell(self._tr("Forgotten.")),
            failed=self._fail,
        )

    def _fail(self, problem: TranslatableText) -> None:
        if isValid(self._dialog):
            self._dialog.show_result(self._tr.message(problem), self._messages.link_to(page_of(problem)))

    def _deleted(self) -> str:
        return self._tr("This recording was deleted.")

    def _tell(self, sentence: str) -> None:
        if isValid(self._dialog):
            self._dialog.show_result(sentence)


class _VoicesDialog(QDialog):
    """Whose voices are remembered, with a button to forget each, and one for all."""

    def __init__(self, names: Sequence[str], tr: Translator, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Remembered voices"))
        self.forget: dict[str, QPushButton] = {}
        column = dialog_column(self)
        if not names:
            column.addWidget(label(tr("No voice is remembered."), "muted"))
        rows = QGridLayout()
        rows.setColumnStretch(0, 1)
        for row, name in enumerate(names):
            self.forget[name] = button = QPushButton(tr("Forget"))
            button.setAccessibleName(tr("Forget the voice of {name}", name=harmless(name)))
            button.setAutoDefault(False)
            button.clicked.connect(self.accept)
            rows.addWidget(label(harmless(name)), row, 0)
            rows.addWidget(button, row, 1)
        column.addLayout(rows)
        self.forget_all = QPushButton(tr("Forget all"))
        self.forget_all.setAutoDefault(False)
        self.forget_all.clicked.connect(self.accept)
        close = QPushButton(tr("Close"))
        close.clicked.connect(self.reject)
        close.setFocus()  # Not the first button, which would forget a voice by a slip of the finger.
        column.addWidget(self.forget_all)
        column.addWidget(close)
