"""The bot's token: it is tried with Telegram before it is kept, and then takes the place of the one before."""

from collections.abc import Coroutine
from typing import Any

from PySide6.QtWidgets import QWidget

from gui.page_context import PageContext
from gui.pages.settings.providers.provider_keys import ProviderKeys
from gui.pages.settings.providers.provider_texts import TOKEN


class BotToken(ProviderKeys):
    """A field for it, and below what can be done where there is no keyring."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(
            context,
            parent,
            can_be_tried=False,
            tells_of_keyring=False,
            placeholder=context.tr("Paste the token that @BotFather gave you"),
            no_key=context.tr("There is no token yet."),
        )
        self.line.setAccessibleName(context.tr("Token of the bot"))
        self.add.setText(context.tr("Check and keep"))
        self._name = TOKEN

    def _update_buttons(self) -> None:
        super()._update_buttons()
        self.delete.setVisible(self._has_own)

    def _deletion(self, name: str) -> Coroutine[Any, Any, None]:
        return self._core.call(lambda notula: notula.bot_setup.forget_token())

    def _try_and_keep(self, *, for_session: bool) -> None:
        token = self.line.text().strip()
        self._add(
            lambda notula: notula.bot_setup.use_token(token, for_session=for_session),
            token,
            self._tr("Telegram is asked whose token this is …"),
        )
