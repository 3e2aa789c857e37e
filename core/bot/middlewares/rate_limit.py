"""How often people may ask."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import Message, TelegramObject

from core.bot.request_context import RequestContext


class RateLimitMiddleware(BaseMiddleware):
    """Counts what a handler was found for, and remembers who asks; what is only said in a group is nobody's request.

    Raises `TooManyRequests` where somebody asks too often.
    """

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Count the request, then handle it."""
        request: RequestContext = data["request"]
        if request.person.user_id > 0:  # Else it is a chat, in whose name somebody speaks.
            await request.context.stores.people.seen(request.person)
        sent_at = event.date.timestamp() if isinstance(event, Message) else request.context.clock()
        await request.context.host.admit(request.requester, waited_s=request.context.clock() - sent_at)
        return await handler(event, data)
