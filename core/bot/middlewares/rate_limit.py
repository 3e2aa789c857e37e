"""Rate limiting of requests to the bot."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import Message, TelegramObject

from core.bot.request_context import RequestContext


class RateLimitMiddleware(BaseMiddleware):
    """Counts each update that has a handler as a request of its person, and records the person as seen.

    Raises `TooManyRequests` above the limit.
    """

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Count the request, then call the handler."""
        request: RequestContext = data["request"]
        if request.person.user_id > 0:  # A negative id is a chat's, on whose behalf the message is sent.
            await request.context.stores.people.seen(request.person)
        sent_at = event.date.timestamp() if isinstance(event, Message) else request.context.clock()
        await request.context.host.admit(request.requester, waited_s=request.context.clock() - sent_at)
        return await handler(event, data)
