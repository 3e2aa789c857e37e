"""Other ways to keep a key, where the usual one hasn't worked."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from core.domain import TranslatableText
from core.domain.errors import KeyringLocked, KeyringMissing, KeyringUnavailable, KeyringUnsafe
from core.i18n import Translator
from gui.scale import Gap

_KEYRING_PROBLEMS = frozenset(
    kind.sentence for kind in (KeyringLocked, KeyringMissing, KeyringUnavailable, KeyringUnsafe)
)
"""Errors after which the key can be kept elsewhere instead."""


class KeyWays(QWidget):
    """Buttons below the field, of which those are in sight that may help."""

    def __init__(self, tr: Translator, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("plain")
        self.anyway = QPushButton(tr("Add anyway"))
        self.anyway.setToolTip(tr("Keeps the key although its provider hasn't taken it"))
        self.for_session = QPushButton(tr("Keep it until Notula quits"))
        self.for_session.setToolTip(tr("In this computer's memory alone: it has to be given again at the next start"))
        self.in_file = QPushButton(tr("Keep it in an encrypted file …"))
        self._buttons = (self.anyway, self.for_session, self.in_file)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Gap.SMALL)
        for button in self._buttons:
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        self.offer()

    def connect_to(
        self, anyway: Callable[[], object], for_session: Callable[[], object], in_file: Callable[[], object]
    ) -> None:
        """Call these when the buttons are pressed."""
        for button, pressed in zip(self._buttons, (anyway, for_session, in_file), strict=True):
            button.clicked.connect(pressed)

    def offer_for(self, problem: TranslatableText) -> bool:
        """Offer what helps where no keyring can be used; whether that is what is wrong."""
        is_about_keyring = problem.template in _KEYRING_PROBLEMS
        if is_about_keyring:
            self.offer(self.for_session, self.in_file)
        return is_about_keyring

    def offer(self, *buttons: QPushButton) -> None:
        """Show these buttons alone; none of them hides the whole."""
        for button in self._buttons:
            button.setVisible(button in buttons)
        self.setVisible(bool(buttons))
