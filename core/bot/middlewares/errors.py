"""Whatever goes wrong in a handler reaches a person as one sentence."""

import logging
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import TelegramObject, Update

from core.bot.bot_errors import Unreachable
from core.bot.services import Asked
from core.domain import NotulaError
from core.domain.errors import StoreError

logger = logging.getLogger(__name__)


class Errors(BaseMiddleware):
    """Between `People` and the handlers. Troubles of the database go on to the inbox, which comes again later.

    `failed` is told what nobody foresaw, and by which mark it is in the log.
    """

    def __init__(self, failed: Callable[[Exception, str], Awaitable[None]]) -> None:
        self._failed = failed

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Handle the update, and tell what went wrong."""
        assert isinstance(event, Update)
        asked: Asked | None = data.get("asked")
        try:
            return await handler(event, data)
        except StoreError:
            raise
        except Unreachable:
            if asked is not None:
                await asked.services.people.set_unreachable(asked.person.user_id)
        except NotulaError as error:
            logger.info("Update %d: %s", event.update_id, type(error).__name__)
            if asked is not None:
                await _say(asked, asked.tr.message(error.message))
        except Exception as error:
            mark = secrets.token_hex(4)
            logger.exception("Update %d failed (%s)", event.update_id, mark)
            if asked is not None:
                await _say(
                    asked,
                    asked.tr("Something went wrong here. The owner finds it in the log under {mark}.", mark=mark),
                )
            await self._failed(error, mark)
        return None


async def _say(asked: Asked, sentence: str) -> None:
    try:
        await asked.say(sentence)
    except Unreachable:
        await asked.services.people.set_unreachable(asked.person.user_id)
