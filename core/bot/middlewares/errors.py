"""Whatever goes wrong in a handler reaches a person as one sentence."""

import logging
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.exceptions import AiogramError
from aiogram.types import TelegramObject, Update

from core.bot.api.errors import Unreachable
from core.bot.api.text_splitting import beginning
from core.bot.request_context import Asked
from core.bot.ui.error_sentences import in_chat
from core.domain import NotulaError
from core.domain.bot import Access
from core.domain.errors import StoreError, TooManyRequests

logger = logging.getLogger(__name__)

_LONGEST_NOTICE_UNITS = 200
"""https://core.telegram.org/bots/api#answercallbackquery"""

_BETWEEN_REFUSALS_S = 60.0
_MOST_REFUSED = 10_000


class Errors(BaseMiddleware):
    """Around everything else. Troubles of the database go on to the inbox, which comes again later.

    `failed` is told what nobody foresaw, and by which mark it is in the log. `clock` gives seconds of any kind.
    """

    def __init__(self, failed: Callable[[Exception, str], Awaitable[None]], clock: Callable[[], float]) -> None:
        self._failed = failed
        self._clock = clock
        self._refused_at: dict[tuple[int, int], float] = {}

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Handle the update, and tell what went wrong."""
        assert isinstance(event, Update)
        try:
            return await handler(event, data)
        except StoreError:
            raise
        except Unreachable:
            await _note_unreachable(data.get("asked"))
        except NotulaError as error:
            logger.info("Update %d: %s", event.update_id, type(error).__name__)
            asked: Asked | None = data.get("asked")
            if asked is not None and not (isinstance(error, TooManyRequests) and self._was_told(event, asked)):
                to_owner = asked.is_private and asked.access is Access.OWNER
                await _say(event, asked, asked.tr.message(in_chat(error.message, to_owner=to_owner)))
        except Exception as error:
            mark = secrets.token_hex(4)
            logger.exception("Update %d failed (%s)", event.update_id, mark)
            await self._tell_unforeseen(event, data.get("asked"), error, mark)
        return None

    async def _tell_unforeseen(self, event: Update, asked: Asked | None, error: Exception, mark: str) -> None:
        if asked is not None:
            told = asked.tr("Something went wrong here. The owner finds it in the log under {mark}.", mark=mark)
            await _say(event, asked, told)
        await self._failed(error, mark)

    def _was_told(self, event: Update, asked: Asked) -> bool:
        """Whether this person was told already, for whoever floods a chat must not have it flooded by answers, too."""
        if event.callback_query is not None:
            return False  # That answer is shown for a moment, and nobody else has to wait for it.
        now, key = self._clock(), (asked.chat.id, asked.person.user_id)
        if now - self._refused_at.get(key, float("-inf")) < _BETWEEN_REFUSALS_S:
            return True
        if len(self._refused_at) >= _MOST_REFUSED:
            self._refused_at.clear()
        self._refused_at[key] = now
        return False


async def _say(event: Update, asked: Asked, sentence: str) -> None:
    """In reply to a message, or as the notice that a pressed button shows."""
    try:
        if event.callback_query is not None:
            notice = beginning(sentence, _LONGEST_NOTICE_UNITS)
            await asked.services.courier.answer(event.callback_query.id, notice)
        else:
            await asked.say(sentence, reply_to=event.message.message_id if event.message is not None else None)
    except Unreachable:
        await _note_unreachable(asked)
    except AiogramError as error:
        logger.warning("Update %d: not even that could be told: %s", event.update_id, type(error).__name__)


async def _note_unreachable(asked: Asked | None) -> None:
    """Remember who has blocked the bot; a group that wants nothing of it says nothing about a person."""
    if asked is not None and asked.is_private:
        await asked.services.people.set_unreachable(asked.person.user_id)
