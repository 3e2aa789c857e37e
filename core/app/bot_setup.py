"""Setting up the bot in the window: its token, the first answer, and whether its webhook can be reached."""

import re

from core.app.bot_host import TELEGRAM
from core.app.bot_service import BotService
from core.app.keys import Keys
from core.app.settings import SettingsService
from core.domain import TranslatableText
from core.store.bot_stores import BotChats

_TOKEN = re.compile(r"(?<![\w:-])[0-9]+:[\w-]{30,}(?![\w:-])", re.ASCII)


class BotSetup:
    """Lives on one event loop."""

    def __init__(self, settings: SettingsService, keys: Keys, bot: BotService, chats: BotChats) -> None:
        self._settings = settings
        self._keys = keys
        self._bot = bot
        self._chats = chats

    async def use_token(self, token: str, *, for_session: bool = False) -> str:
        """Ask Telegram whose token this is, keep it in place of another one, run the bot, and return its username.

        It may stand in the whole message of @BotFather. With `for_session` it is kept in memory, until Notula quits.
        Raises `BotTokenMalformed`, `BotTokenRefused` and `TelegramUnreachable`, and then keeps nothing; and what
        `Keys.add` and `SettingsService.change` raise.
        """
        if (found := _TOKEN.search(token)) is not None:
            token = found[0]
        await self._bot.load()
        from core.bot.api.server import username_of  # With aiogram, which takes seconds to import.

        username = await username_of(token, self._settings.current)
        await self._keys.add(TELEGRAM, token, for_session=for_session, in_place=True)
        if self._settings.current.bot_enabled:
            await self._bot.restart()
        else:
            await self.turn_on()
        return username

    async def forget_token(self) -> None:
        """Delete the token; the bot that runs with it ends. Raises what `Keys.delete` does."""
        await self._keys.delete(TELEGRAM)
        await self._bot.restart()

    async def turn_on(self) -> None:
        """Run the bot, now and at each start. Raises what `SettingsService.change` does."""
        await self._settings.change(bot_enabled=True)
        self._bot.start()

    async def turn_off(self) -> None:
        """Stop the bot, until it is turned on again. Raises what `SettingsService.change` does."""
        await self._settings.change(bot_enabled=False)
        await self._bot.stop()

    async def has_answered(self) -> bool:
        """Whether the owner has been sent the text of any recording. Raises `StoreError`."""
        owner = self._settings.current.bot_owner
        return bool(owner) and await self._chats.has_answered(owner)

    async def webhook_problem(self) -> TranslatableText | None:
        """Why a request to the webhook's public address doesn't come here, None where it does."""
        await self._bot.load()
        from core.bot.updates.chosen_webhook import webhook_settings_of
        from core.bot.updates.reachability import webhook_problem

        running = self._bot.running.webhook if self._bot.running is not None else None
        return await webhook_problem(webhook_settings_of(self._settings.current), running)
