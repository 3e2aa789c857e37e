"""The Telegram bot: its token, its state, the link by which a person becomes its owner, keys for large files."""

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from core.domain import Snapshot
from core.domain.bot import BotCondition, BotState, TransportKind
from gui.external_programs import open_address
from gui.page_context import PageContext
from gui.pages.settings.providers.provider_keys import ProviderKeys
from gui.widgets.text import named, paragraph

TOKEN, API = "telegram", "telegram-api"
"""The names under which the token, and the api_id with its api_hash, are stored as keys."""


class BotBox(QWidget):
    """Shows the bot's state of the latest snapshot."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("plain")
        self._core = context.core
        self._operations = context.operations
        self._messages = context.messages
        self._tr = tr = context.tr
        self._shown: BotState | None = None
        self.state = paragraph(name="muted")
        self.state.setAccessibleName(tr("State of the bot"))
        self.problem = paragraph(name="problem")
        self._claim = named(QWidget(), "plain")
        self.open_link = QPushButton(tr("Become its owner in Telegram …"))
        self.open_link.clicked.connect(self._open_link)
        self.copy_link = QPushButton(tr("Copy the link"))
        self.copy_link.clicked.connect(self._copy_link)
        self.token = ProviderKeys(
            context,
            can_be_tried=False,
            tells_of_keyring=False,
            placeholder=tr("Paste the token that @BotFather gave you"),
        )
        self.token.changed.connect(self._restart_bot)
        self.api = ProviderKeys(
            context,
            can_be_tried=False,
            tells_of_keyring=False,
            placeholder=tr("Paste api_id and api_hash, with a colon between"),
        )
        self._lay_out()
        context.core.published.connect(self._apply)
        self._show(BotState())

    def refresh(self) -> None:
        """Ask which of its keys are there."""
        self.token.show_provider(TOKEN)
        self.api.show_provider(API)

    def _apply(self, snapshot: Snapshot) -> None:
        if snapshot.bot != self._shown:
            self._show(snapshot.bot)

    def _show(self, state: BotState) -> None:
        self._shown = state
        tr = self._tr
        words = {
            BotCondition.OFF: tr("The bot is off."),
            BotCondition.STARTING: tr("The bot is being started …"),
            BotCondition.RUNNING: tr("@{name} answers, by polling.", name=state.username),
            BotCondition.FAILED: tr("The bot can't run."),
        }
        text = words[state.condition]
        if state.condition is BotCondition.RUNNING and state.transport is TransportKind.WEBHOOK:
            text = tr("@{name} answers, by webhook.", name=state.username)
        if state.open_deliveries:
            text += "  ·  " + tr.plural("{count} answer under way", "{count} answers under way", state.open_deliveries)
        self.state.setText(text)
        self.problem.setText(tr.message(state.problem) if state.problem is not None else "")
        self.problem.setVisible(state.problem is not None)
        self._claim.setVisible(bool(state.claim_link))

    def _open_link(self) -> None:
        if self._shown is not None:
            open_address(self._shown.claim_link, self._messages)

    def _copy_link(self) -> None:
        if self._shown is not None:
            QGuiApplication.clipboard().setText(self._shown.claim_link)

    def _restart_bot(self) -> None:
        """Restart the bot, because its token has changed."""
        self._operations.start(self._core.call(lambda notula: notula.bot.restart()))

    def _lay_out(self) -> None:
        links = QHBoxLayout(self._claim)
        links.setContentsMargins(0, 0, 0, 0)
        links.addWidget(self.open_link)
        links.addWidget(self.copy_link)
        links.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        large_files = paragraph(
            self._tr(
                "For files of more than 20 MB Telegram wants an api_id with its api_hash, "
                "which you get at https://my.telegram.org. Several of them take turns."
            )
        )
        for part in (self.state, self.problem, self._claim, self.token, large_files, self.api):
            column.addWidget(part)
