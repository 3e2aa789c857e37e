"""aiogram's way to the Bot API, with every failure of it an `AiogramError` of the right kind."""

from functools import cache
from typing import Any

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.exceptions import AiogramError, ClientDecodeError, TelegramEntityTooLarge, TelegramNetworkError
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType
from aiohttp import ClientConnectionError, ClientError, ClientSession

_TOO_LARGE = 413


@cache
def _answer_type(returned: Any) -> Any:
    """What aiogram validates answers with. Pydantic forgets it once nobody holds it, and makes it anew in 13 ms."""
    return Response[returned]


class AnswerUnread(AiogramError):
    """It was done, but the answer holds something newer than aiogram; `result` is what it holds."""

    def __init__(self, result: Any) -> None:
        super().__init__()
        self.result = result


class TelegramSession(AiohttpSession):
    """What gateways answer in Telegram's place is no JSON or not even text; aiogram lets such errors through."""

    _is_over = False

    async def create_session(self) -> ClientSession:
        """The session, unless it was ended: it would be opened again by whoever is late. Raises `ClientError` then."""
        if self._is_over:
            raise ClientConnectionError("the bot is off")
        return await super().create_session()

    async def end(self) -> None:
        """Close it for good."""
        self._is_over = True
        await self.close()

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109  It overrides aiogram's.
    ) -> TelegramType:
        """The answer to a request. Raises `AiogramError` and its children, and nothing else."""
        try:
            return await super().make_request(bot, method, timeout)
        except (ClientError, ValueError, TypeError, LookupError) as error:  # Such as bytes of no encoding.
            raise TelegramNetworkError(method=method, message=type(error).__name__) from error

    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        """Raises what an answer means, `AnswerUnread` where it means success all the same."""
        if status_code == _TOO_LARGE:  # A web server in between says so in HTML.
            raise TelegramEntityTooLarge(method=method, message="Request Entity Too Large")
        _answer_type(method.__returning__)
        try:
            return super().check_response(bot, method, status_code, content)
        except ClientDecodeError as error:
            if isinstance(error.data, dict) and error.data.get("ok") is True:
                raise AnswerUnread(error.data.get("result")) from error
            raise
