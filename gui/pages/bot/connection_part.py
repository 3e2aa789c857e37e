"""How the bot is connected: its token, polling or webhook with a test of its address, keys for large files."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget

from core.config import Settings
from core.domain import TranslatableText
from core.domain.bot import TransportKind
from core.domain.window_page import WindowPage
from gui.page_context import PageContext
from gui.pages.bot.bot_token import BotToken
from gui.pages.bot.part_card import part_card
from gui.pages.settings.providers.provider_keys import ProviderKeys
from gui.pages.settings.providers.provider_texts import LARGE_FILES
from gui.pages.settings.setting_rows import SettingRows
from gui.scale import READABLE_WIDTH, Gap
from gui.widgets.text import harmless, named, paragraph

_TRANSPORT, _ADDRESS = "bot_transport", "webhook_url"
WEBHOOK = tuple(name for name in Settings.model_fields if name.startswith("webhook_"))
"""The settings that count only where a webhook is chosen."""


class ConnectionPart(QScrollArea):
    """Cards below each other."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._core = context.core
        self._operations = context.operations
        self._settings = context.settings
        self._tr = tr = context.tr
        self.settings = SettingRows(context, [_TRANSPORT, *WEBHOOK], self)
        self.settings.shown.connect(self._show_transport)
        self._wants_webhook = False
        """Whether a webhook was chosen that has no address yet."""
        transport = self.settings.editors[_TRANSPORT]
        transport.chosen.disconnect(self.settings.change)
        transport.chosen.connect(self._choose_transport)
        self.address_first = paragraph(
            tr("Enter the webhook address first. Until then the bot goes on by polling."), "warning"
        )
        self.address_first.setContentsMargins(Gap.SMALL, 0, Gap.SMALL, 0)
        self.token = BotToken(context)
        self.api = ProviderKeys(
            context,
            can_be_tried=False,
            tells_of_keyring=False,
            placeholder=tr("Paste api_id and api_hash, with a colon between"),
        )
        self._is_shown_first = True
        self.webhook = named(QWidget(), "plain")
        self.test = QPushButton(tr("Test the address"))
        self.test.setToolTip(tr("Calls the webhook address from here, and looks whether that comes in"))
        self.test.clicked.connect(self._test)
        self.tested = paragraph(name="good")
        self.test_problem = paragraph(name="problem")
        self.other = QPushButton(tr("Other settings of the bot"))
        self.other.clicked.connect(lambda: context.navigation.open_page(f"{WindowPage.SETTINGS}.bot"))
        self._lay_out()
        self._show_transport()

    def refresh(self) -> None:
        """Ask which of its keys are there."""
        self.token.refresh()
        if self._is_shown_first:
            self._is_shown_first = False
            self.api.show_provider(LARGE_FILES)
        else:
            self.api.refresh()

    def take_over(self, before: "ConnectionPart") -> None:
        """Have typed here what was typed in another window's."""
        self.token.take_over(before.token)
        self.api.take_over(before.api)
        self.settings.take_over(before.settings)

    def _choose_transport(self, name: str, value: object) -> None:
        """Use the transport; a webhook only once it has an address, as the bot would be out of reach until then."""
        self._wants_webhook = value == TransportKind.WEBHOOK and not self._settings.current.webhook_url
        if self._wants_webhook:
            self._show_transport()
            self.settings.editors[_ADDRESS].findChildren(QLineEdit)[0].setFocus()
        else:
            self.settings.change(name, value)
            self._show_transport()

    def _show_transport(self, *_: object) -> None:
        current = self._settings.current
        if self._wants_webhook and current.webhook_url:
            self._wants_webhook = False
            self.settings.change(_TRANSPORT, TransportKind.WEBHOOK.value)
        self.address_first.setVisible(self._wants_webhook)
        self.webhook.setVisible(self._wants_webhook or current.bot_transport is TransportKind.WEBHOOK)
        self._say("", None)

    def _test(self) -> None:
        self.test.setEnabled(False)
        self._say(self._tr("The address is being called …"), None)

        def tested(problem: TranslatableText | None) -> None:
            self.test.setEnabled(True)
            self._say("" if problem is not None else self._tr("It works: the address leads here."), problem)

        def failed(problem: TranslatableText) -> None:
            tested(problem)

        self._operations.start(
            self._core.call(lambda notula: notula.bot_setup.webhook_problem()),
            done=tested,
            failed=failed,
            kind="webhook-test",
        )

    def _say(self, text: str, problem: TranslatableText | None) -> None:
        self.tested.setText(text)
        self.tested.setVisible(bool(text))
        self.test_problem.setText(harmless(self._tr.message(problem)) if problem is not None else "")
        self.test_problem.setVisible(problem is not None)

    def _lay_out(self) -> None:
        tr = self._tr
        rows = self.settings.rows
        below = QVBoxLayout(self.webhook)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(Gap.TIGHT)
        for name in WEBHOOK:
            below.addWidget(rows[name])
        testing = QHBoxLayout()
        testing.setContentsMargins(Gap.SMALL, Gap.SMALL, Gap.SMALL, Gap.TIGHT)
        testing.setSpacing(Gap.MEDIUM)
        testing.addWidget(self.test, 0, Qt.AlignmentFlag.AlignTop)
        said = QVBoxLayout()
        said.setContentsMargins(0, Gap.SMALL, 0, 0)
        said.addWidget(self.tested)
        said.addWidget(self.test_problem)
        testing.addLayout(said, 1)
        below.addLayout(testing)
        large_files = paragraph(
            tr(
                "For files of more than 20 MB Telegram wants an api_id with its api_hash, "
                "which you get at https://my.telegram.org. Several of them take turns."
            ),
            "muted",
        )
        inside = named(QWidget(), "plain")
        inside.setMaximumWidth(READABLE_WIDTH)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, Gap.MEDIUM, 0)
        column.setSpacing(Gap.MEDIUM)
        column.addWidget(part_card(tr("Token"), self.token))
        column.addWidget(part_card("", rows[_TRANSPORT], self.address_first, self.webhook, margin=Gap.SMALL))
        column.addWidget(part_card(tr("Large files"), large_files, self.api))
        column.addWidget(self.other, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        self.setWidgetResizable(True)
        self.setWidget(inside)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setObjectName("plain")
