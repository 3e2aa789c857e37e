"""Errors of handlers, told to the person as one sentence."""

import logging
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.exceptions import AiogramError
from aiogram.types import TelegramObject, Update

from core.bot.api.errors import Unreachable
from core.bot.api.text_splitting import truncated
from core.bot.request_context import RequestContext
from core.bot.ui.error_sentences import in_chat
from core.domain import NotulaError
from core.domain.bot import Access
from core.domain.errors import StoreError, TooManyRequests

logger = logging.getLogger(__name__)

_MAX_NOTICE_UNITS = 200
"""https://core.telegram.org/bots/api#answercallbackquery"""

_REFUSAL_INTERVAL_S = 60.0
_MAX_REMEMBERED_REFUSALS = 10_000


class ErrorMiddleware(BaseMiddleware):
    """The outermost middleware. Errors of the database are passed on to the inbox, which retries the update.

    `report` gets an unexpected error and the reference by which it is in the log. `clock` gives seconds that never go
    back.
    """

    def __init__(self, report: Callable[[Exception, str], Awaitable[None]], clock: Callable[[], float]) -> None:
        self._report = report
        self._clock = clock
        self._refused_at: dict[tuple[int, int], float] = {}

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Call the handler, and answer with what went wrong."""
        assert isinstance(event, Update)
        try:
            return await handler(event, data)
        except StoreError:
            raise
        except Unreachable:
            await _note_unreachable(data.get("request"))
        except NotulaError as error:
            logger.info("Update %d: %s", event.update_id, type(error).__name__)
            request: RequestContext | None = data.get("request")
            if request is not None and not (
                isinstance(error, TooManyRequests) and self._was_refused_recently(event, request)
            ):
                to_owner = request.is_private and request.access is Access.OWNER
                await _send(event, request, request.tr.message(in_chat(error.message, to_owner=to_owner)))
        except Exception as error:
            mark = secrets.token_hex(4)
            logger.exception("Update %d failed (%s)", event.update_id, mark)
            await self._report_unexpected(event, data.get("request"), error, mark)
        return None

    async def _report_unexpected(
        self, event: Update, request: RequestContext | None, error: Exception, mark: str
    ) -> None:
        if request is not None:
            reply_text = request.tr("Something went wrong here. The owner finds it in the log under {mark}.", mark=mark)
            await _send(event, request, reply_text)
        await self._report(error, mark)

    def _was_refused_recently(self, event: Update, request: RequestContext) -> bool:
        """Whether a refusal was sent to this person in the last minute: answers must not flood a chat, too."""
        if event.callback_query is not None:
            return False  # A notice of a button is shown to one person, and isn't rate-limited.
        now, key = self._clock(), (request.chat.id, request.person.user_id)
        if now - self._refused_at.get(key, float("-inf")) < _REFUSAL_INTERVAL_S:
            return True
        if len(self._refused_at) >= _MAX_REMEMBERED_REFUSALS:
            self._refused_at.clear()
        self._refused_at[key] = now
        return False


async def _send(event: Update, request: RequestContext, sentence: str) -> None:
    """Send it in reply to a message, or as the notice of a pressed button."""
    try:
        if event.callback_query is not None:
            notice = truncated(sentence, _MAX_NOTICE_UNITS)
            await request.context.sender.answer_button(event.callback_query.id, notice)
        else:
            await request.send(sentence, reply_to=event.message.message_id if event.message is not None else None)
    except Unreachable:
        await _note_unreachable(request)
    except AiogramError as error:
        logger.warning("Update %d: the error could not be sent: %s", event.update_id, type(error).__name__)


async def _note_unreachable(request: RequestContext | None) -> None:
    """Record that a person has blocked the bot, if this is their private chat."""
    if request is not None and request.is_private:
        await request.context.stores.people.set_unreachable(request.person.user_id)
