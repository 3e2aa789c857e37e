"""Has a person give the passphrase of the encrypted file with the keys, or begin such a file."""

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from core.domain import TranslatableText
from gui.changes import Changes
from gui.page_context import PageContext
from gui.widgets.passphrase_dialog import PassphraseDialog

if TYPE_CHECKING:
    from core.app.notula import Notula


class KeyPassphrase:
    """Asks the core, and then the person."""

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        self._core = context.core
        self._operations = context.operations
        self._messages = context.messages
        self._tr = context.tr
        self._parent = parent

    def ask_if_locked(self) -> None:
        """Ask once the core is there. Whoever answers later finds the sentence with its button at the providers."""

        def answered(is_locked: bool) -> None:
            if is_locked:
                self.ask()

        self._operations.start(self._core.call(lambda notula: notula.keys.is_locked()), done=answered)

    def ask(self) -> None:
        """Ask for the passphrase of the file that is there."""
        dialog = PassphraseDialog(self._tr, self._parent.window(), is_new=False)
        dialog.given.connect(lambda text: self._start(dialog, lambda notula: _unlock(notula, text)))
        dialog.forgotten.connect(lambda: self._start(dialog, lambda notula: notula.keys.discard_file()))
        dialog.open()

    def ask_for_new(self, begun: Callable[[], None]) -> None:
        """Ask for a new one and begin a file with it; then call this."""
        dialog = PassphraseDialog(self._tr, self._parent.window(), is_new=True)
        dialog.given.connect(lambda text: self._start(dialog, lambda notula: notula.keys.begin_file(text), begun))
        dialog.open()

    def _start(
        self,
        dialog: PassphraseDialog,
        does: "Callable[[Notula], Coroutine[Any, Any, None]]",
        then: Callable[[], None] = lambda: None,
    ) -> None:
        def done(_: None) -> None:
            if isValid(dialog):
                dialog.accept()
            then()

        def failed(problem: TranslatableText) -> None:
            if isValid(dialog):
                dialog.show_problem(self._tr.message(problem))
            else:
                self._messages.error(problem)

        self._operations.start(self._core.call(does), done=done, failed=failed, changes=Changes(providers=True))


async def _unlock(notula: "Notula", passphrase: str) -> None:
    await notula.keys.unlock(passphrase)
    if notula.settings.bot_enabled:  # It could not read its token before.
        await notula.bot.restart()
