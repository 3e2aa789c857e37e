"""aiogram's way to the Bot API, with every failure of it an `AiogramError` of the right kind.

Servers of one's own may be older or newer than aiogram, and emulators leave out what they don't know, so nothing is
taken for granted in an answer: https://core.telegram.org/bots/api#making-requests
"""

import json
import re
from functools import cache
from http import HTTPStatus
from typing import Any, NoReturn

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import User
from aiohttp import ClientConnectionError, ClientError, ClientSession
from pydantic import ValidationError

from core.bot.api.responses import UnparsedResponse, as_integer

_KINDS: dict[int, type[TelegramAPIError]] = {
    HTTPStatus.BAD_REQUEST: TelegramBadRequest,
    HTTPStatus.UNAUTHORIZED: TelegramUnauthorizedError,
    HTTPStatus.FORBIDDEN: TelegramForbiddenError,
    HTTPStatus.NOT_FOUND: TelegramNotFound,
    HTTPStatus.CONFLICT: TelegramConflictError,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: TelegramEntityTooLarge,
}

_USUAL_PAUSE_S = 1
_PAUSE = re.compile(r"retry after (\d{1,6})", re.IGNORECASE)


@cache
def _answer_type(returned: Any) -> Any:
    """What aiogram validates answers with. Pydantic forgets it once nobody holds it, and makes it anew in 13 ms."""
    return Response[returned]


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
        """Raises what an answer means, `UnparsedResponse` where it means success all the same."""
        if status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:  # A web server in between says so in HTML.
            raise TelegramEntityTooLarge(method=method, message="Request Entity Too Large")
        try:
            body = json.loads(content)
        except (ValueError, RecursionError) as error:
            raise ClientDecodeError("Failed to decode object", error, content) from error
        if not isinstance(body, dict):
            raise ClientDecodeError("Failed to decode object", TypeError("no object"), body)
        is_done = body.get("ok") is True or ("ok" not in body and "result" in body)
        if not is_done or not HTTPStatus.OK <= status_code <= HTTPStatus.IM_USED:
            _refuse(method, status_code, body)
        try:
            answer: Response[TelegramType] = _answer_type(method.__returning__).model_validate(
                {"ok": True, "result": body.get("result")}, context={"bot": bot}
            )
        except ValidationError as error:
            raise UnparsedResponse(body.get("result")) from error
        return answer


class NamedBot(Bot):
    """A bot that knows its username. aiogram's requests it while it matches a command, and may fail at the response."""

    username = ""
    """Without the @; empty until `set_username`."""

    def set_username(self, username: str) -> None:
        """Keep the username that Telegram has told."""
        self.username = username

    async def me(self) -> User:
        """The bot as a user, without a request once its username is known."""
        if not self.username:
            return await super().me()
        return User(id=self.id, is_bot=True, first_name="", username=self.username)


def _refuse(method: TelegramMethod[Any], status: int, body: dict[str, Any]) -> NoReturn:
    """Raise what a refusal means."""
    given = body.get("description")
    description = given if isinstance(given, str) else ""
    if status < HTTPStatus.BAD_REQUEST:  # Gateways and emulators answer 200 and say it in the body alone.
        status = as_integer(body.get("error_code")) or HTTPStatus.INTERNAL_SERVER_ERROR
    parameters = body.get("parameters")
    parameters = parameters if isinstance(parameters, dict) else {}
    backoff_s = as_integer(parameters.get("retry_after"))
    if status == HTTPStatus.TOO_MANY_REQUESTS and not backoff_s:
        named = _PAUSE.search(description)
        backoff_s = int(named[1]) if named is not None else _USUAL_PAUSE_S
    if backoff_s:
        raise TelegramRetryAfter(method=method, message=description, retry_after=backoff_s)
    moved_to = as_integer(parameters.get("migrate_to_chat_id"))
    if moved_to:
        raise TelegramMigrateToChat(method=method, message=description, migrate_to_chat_id=moved_to)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise TelegramServerError(method=method, message=description)
    raise _KINDS.get(status, TelegramAPIError)(method=method, message=description)
