"""The Bot API server that the settings name, and a request with which a token is tried."""

import asyncio

from aiogram.client.telegram import PRODUCTION, TelegramAPIServer
from aiogram.exceptions import AiogramError, TelegramNotFound, TelegramUnauthorizedError
from aiogram.utils.token import TokenValidationError

from core.bot.api.responses import response_of, text_field
from core.bot.api.session import NamedBot, TelegramSession
from core.config import Settings
from core.domain.errors import BotTokenMalformed, BotTokenRefused, TelegramUnreachable
from core.observability.redaction import key_ending

TRIAL_S = 15.0
"""How long a person waits for the answer about a token: longer than Telegram takes on a slow line."""


def server_of(settings: Settings) -> TelegramAPIServer:
    """Telegram's server, or that of one's own."""
    if not settings.bot_server:
        return PRODUCTION
    return TelegramAPIServer.from_base(settings.bot_server, is_local=settings.bot_server_files)


async def username_of(token: str, settings: Settings, *, timeout_s: float = TRIAL_S) -> str:
    """The username of the bot with this token, empty where the server doesn't tell it.

    Raises `BotTokenMalformed` for what can't be one, `BotTokenRefused` for a wrong one, and `TelegramUnreachable` where
    nobody can tell within `timeout_s`.
    """
    session = TelegramSession(api=server_of(settings))
    try:
        bot = NamedBot(token, session)
    except TokenValidationError as error:
        raise BotTokenMalformed from error
    try:
        async with asyncio.timeout(timeout_s):
            return text_field(await response_of(bot.get_me()), "username")
    except (TelegramUnauthorizedError, TelegramNotFound) as error:
        raise BotTokenRefused(ending=key_ending(token)) from error
    except (AiogramError, TimeoutError) as error:
        raise TelegramUnreachable from error
    finally:
        await session.end()
