"""A provider's keys, each by its last characters: they are never shown, only added, tried and deleted."""

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Self

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from core.domain import TranslatableText
from core.domain.errors import KeyFileLocked, KeyringMissing
from core.domain.provider_offer import KeyList, KeyTrial
from gui.changes import Changes
from gui.page_context import PageContext
from gui.pages.settings.providers.key_ways import KeyWays
from gui.pages.settings.providers.provider_texts import deletion_text, key_problem_text, key_text, trial_text
from gui.widgets.dialogs.answer_buttons import AnswerKind
from gui.widgets.dialogs.question import Asked, Question
from gui.widgets.invalid_field import mark_invalid
from gui.widgets.key_passphrase import KeyPassphrase
from gui.widgets.text import empty, harmless, label, named, paragraph

if TYPE_CHECKING:
    from core.app.notula import Notula


class ProviderKeys(QWidget):
    """The keys of one provider at a time."""

    changed = Signal()
    """Keys were added or deleted."""

    def __init__(
        self,
        context: PageContext,
        parent: QWidget | None = None,
        *,
        can_be_tried: bool = True,
        placeholder: str = "",
        no_key: str | None = None,
        tells_of_keyring: bool = True,
    ) -> None:
        """`no_key` is what is said where there is none.

        Without `tells_of_keyring` a keyring that can't be used is reported only when a key is added.
        """
        super().__init__(parent)
        self.setObjectName("plain")
        self._core = context.core
        self._operations = context.operations
        self._tr = tr = context.tr
        self._name = ""
        self._no_key = no_key or tr("There is no key yet.")
        self._drafts: dict[str, str] = {}
        """What is typed and not kept yet, by the names of the providers that aren't shown."""
        self._has_own = False
        """Whether there are keys that aren't a variable's: those alone can be deleted here."""
        self.line = QLineEdit()
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.line.setAccessibleName(tr("New key"))
        self.line.setPlaceholderText(placeholder or tr("Paste one key or several"))
        self.line.textChanged.connect(self._update_buttons)
        self.line.textEdited.connect(lambda: mark_invalid(self.line, ""))
        self.line.returnPressed.connect(self._keep)
        self.add = QPushButton(tr("Add"))
        self.add.clicked.connect(self._keep)
        self.try_out = QPushButton(tr("Try"))
        self.try_out.clicked.connect(self._try)
        self._can_be_tried = can_be_tried
        if not can_be_tried:
            self.try_out.hide()
        self._needs_no_trial = ""
        """The text that the provider has taken, or that a person wants to be kept all the same."""
        self.try_out.setToolTip(tr("Has a second of silence transcribed with each key"))
        self.delete = QPushButton(tr("Delete …"))
        self.delete.clicked.connect(self._ask_to_delete)
        self._problem = paragraph(name="problem")
        self._remark = paragraph(name="muted")
        self._remark.hide()
        self._tells_of_keyring = tells_of_keyring
        self._needs_key = True
        self.ways = KeyWays(tr)
        self.ways.connect_to(self._keep_anyway, self._keep_for_session, self._keep_in_file)
        self._passphrase = KeyPassphrase(context, self)
        self.unlock = QPushButton(tr("Give the passphrase …"))
        self.unlock.clicked.connect(self._passphrase.ask)
        self.unlock.hide()
        context.changes.happened.connect(self._follow)
        self._rows = QVBoxLayout()
        self._lay_out()

    def show_provider(self, name: str, *, needs_key: bool = True) -> None:
        """Show the keys of this provider, and what is typed for it, if anything.

        Without `needs_key` a keyring that can't be used is not reported.
        """
        if self._name:
            self._drafts[self._name] = self.line.text()
        self._name = name
        self._needs_key = needs_key
        self._remark.hide()
        self.ways.offer()
        self._needs_no_trial = ""
        self.line.setText(self._drafts.pop(name, ""))
        self._say("")
        empty(self._rows)
        self._has_own = False
        self._update_buttons()
        self.refresh()

    def take_over(self, before: Self) -> None:
        """Go on with what is typed there: in a window in another language."""
        self._drafts = {**before._drafts, before._name: before.line.text()}
        if self._name:
            self.line.setText(self._drafts.pop(self._name, ""))

    def refresh(self) -> None:
        """Ask again which keys there are. What is typed stays."""
        name = self._name

        def show(listed: KeyList) -> None:
            if name == self._name:
                self._show(listed)

        self._operations.start(
            self._core.call(lambda notula: notula.keys.list()),
            done=show,
            failed=self._fail,
            kind=f"keys of {name}",
        )

    def _show(self, listed: KeyList) -> None:
        own = [hint for hint in listed.keys if hint.provider == self._name]
        empty(self._rows)
        for hint in own:
            self._rows.addWidget(label(key_text(self._tr, hint)))
        # What is in a keyring or a file that is locked isn't known.
        is_known = listed.problem is None or listed.problem.template == KeyringMissing.sentence
        if not own and is_known:
            self._rows.addWidget(label(self._no_key, "muted"))
        self._has_own = any(not hint.variable for hint in own)
        self._update_buttons()
        is_told = listed.problem is not None and self._tells_of_keyring and self._needs_key and not own
        if listed.problem is not None and is_told:
            self._remark.setText(harmless(key_problem_text(self._tr, listed.problem, self._name)))
        self._remark.setVisible(is_told and not self._problem.isVisibleTo(self))
        self.unlock.setVisible(listed.problem is not None and listed.problem.template == KeyFileLocked.sentence)

    def _keep(self) -> None:
        self._try_and_keep(for_session=False)

    def _keep_for_session(self) -> None:
        self._try_and_keep(for_session=True)

    def _keep_anyway(self) -> None:
        self._needs_no_trial = self.line.text().strip()
        self._keep()

    def _try_and_keep(self, *, for_session: bool) -> None:
        """Keep what is typed once the provider has taken it: a wrong key is told here, and not by each recording."""
        name, text = self._name, self.line.text().strip()
        if self._can_be_tried and text != self._needs_no_trial:
            trial = lambda notula: notula.key_trials.keep_if_taken(name, text, for_session=for_session)  # noqa: E731
            self._add(trial, text, self._tr("Being tried …"))
        else:
            self._add(lambda notula: notula.keys.add(name, text, for_session=for_session), text)

    def _keep_in_file(self) -> None:
        self._passphrase.ask_for_new(self._keep)

    def _follow(self, changes: Changes, initiator: object) -> None:
        """List the keys again where the file with them was opened, here or at the start."""
        if changes.providers and initiator is not self and self._name and self.unlock.isVisibleTo(self):
            self._say("")
            self.refresh()

    def _add(self, keep: "Callable[[Notula], Coroutine[Any, Any, object]]", text: str, saying: str = "") -> None:
        """`keep` may answer with the trials of what the provider hasn't taken; then nothing was kept."""
        name = self._name
        if not text or not self.add.isEnabled():
            return
        self._begin(saying)

        def kept(outcome: object) -> None:
            if isinstance(outcome, tuple) and outcome:
                self._refuse(name, outcome)
                return
            self._drafts.pop(name, None)
            if name == self._name:
                self.line.clear()
            self._update_buttons()
            self.refresh()
            self.changed.emit()

        def failed(problem: TranslatableText) -> None:
            self._fail(problem)
            if name == self._name and self.ways.offer_for(problem):
                self._needs_no_trial = text  # The keyring was asked after the provider.
            elif name == self._name:
                mark_invalid(self.line, self._problem.text())
            self.refresh()  # The key may have been stored although the order of the providers couldn't be changed.

        changes = Changes(providers=True)
        self._operations.start(self._core.call(keep), done=kept, failed=failed, changes=changes, initiator=self)

    def _refuse(self, name: str, trials: tuple[KeyTrial, ...]) -> None:
        """The provider hasn't taken these keys: what is typed stays, to be corrected or to be kept all the same."""
        self._update_buttons()
        if name == self._name:
            self._say("\n".join(trial_text(self._tr, trial) for trial in trials))
            mark_invalid(self.line, self._problem.text())
            self.ways.offer(self.ways.anyway)
            self.refresh()

    def _try(self) -> None:
        name = self._name
        self._begin(self._tr("Being tried …"))

        def tried(trials: tuple[KeyTrial, ...]) -> None:
            self._update_buttons()
            if name == self._name:
                empty(self._rows)
                for trial in trials:
                    text = harmless(trial_text(self._tr, trial))
                    self._rows.addWidget(paragraph(text, "problem" if trial.problem else "good"))

        def failed(problem: TranslatableText) -> None:
            self._fail(problem)
            self.refresh()

        self._operations.start(
            self._core.call(lambda notula: notula.key_trials.try_provider(name)), done=tried, failed=failed
        )

    def _ask_to_delete(self) -> None:
        """Ask first: a deleted key can't be restored, because Notula keeps no copy."""
        tr = self._tr
        asked = Asked(tr("Delete keys"), deletion_text(tr, self._name))
        question = Question(asked, tr("Delete"), tr("Keep"), AnswerKind.DESTRUCTIVE, self)
        question.accepted.connect(self._delete)
        question.open()

    def _delete(self) -> None:
        deletion, changes = self._deletion(self._name), Changes(providers=True)
        self._begin()

        def deleted(_: None) -> None:
            self._update_buttons()
            self.refresh()
            self.changed.emit()

        self._operations.start(deletion, done=deleted, failed=self._fail, changes=changes, initiator=self)

    def _deletion(self, name: str) -> Coroutine[Any, Any, None]:
        return self._core.call(lambda notula: notula.keys.delete(name))

    def _begin(self, sentence: str = "") -> None:
        for button in (self.add, self.try_out, self.delete):
            button.setEnabled(False)
        self.ways.offer()
        self._say("")
        if sentence:
            empty(self._rows)
            self._rows.addWidget(label(sentence, "muted"))

    def _fail(self, problem: TranslatableText) -> None:
        self._update_buttons()
        self._remark.hide()
        self._say(key_problem_text(self._tr, problem, self._name))

    def _say(self, problem: str) -> None:
        self._problem.setText(harmless(problem))
        self._problem.setVisible(bool(problem))
        mark_invalid(self.line, "")

    def _update_buttons(self) -> None:
        self.add.setEnabled(bool(self.line.text().strip()))
        self.try_out.setEnabled(True)
        self.delete.setEnabled(self._has_own)

    def _lay_out(self) -> None:
        new = QHBoxLayout()
        new.addWidget(self.line, 1)
        new.addWidget(self.add)
        buttons = QHBoxLayout()
        buttons.addWidget(self.try_out)
        buttons.addWidget(self.delete)
        buttons.addStretch(1)
        rows = named(QWidget(), "plain")
        rows.setLayout(self._rows)
        self._rows.setContentsMargins(0, 0, 0, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(rows)
        column.addWidget(self._remark)
        column.addWidget(self._problem)
        column.addLayout(new)
        column.addWidget(self.ways)
        column.addWidget(self.unlock, 0, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(buttons)
