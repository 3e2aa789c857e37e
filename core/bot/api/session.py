"""aiogram's HTTP session with the Bot API, made to raise an `AiogramError` of the right class for every failure.

A self-hosted server may be older or newer than aiogram, and emulators omit fields, so no field of a response is relied
on: https://core.telegram.org/bots/api#making-requests
"""

import json
import re
import time
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

_LONG_METHODS = frozenset({"getUpdates", "sendDocument", "setWebhook", "editMessageMedia", "sendMediaGroup"})
"""Methods that Telegram holds, or that have a file with them: how long they take says nothing about the connection."""

_DEFAULT_RETRY_AFTER_S = 1
_RETRY_AFTER = re.compile(r"retry after (\d{1,6})", re.IGNORECASE)


@cache
def _answer_type(returned: Any) -> Any:
    """The type that aiogram validates responses with, cached: pydantic takes 13 ms to build it."""
    return Response[returned]


class TelegramSession(AiohttpSession):
    """A session that also handles responses which are no JSON or no text, as gateways send; aiogram's doesn't."""

    _is_closed_for_good = False

    latency_s: float | None = None
    """How many seconds the last short request took that has succeeded; None before the first."""

    async def create_session(self) -> ClientSession:
        """The session. Raises `ClientError` after `end`: a late request would open it again."""
        if self._is_closed_for_good:
            raise ClientConnectionError("the bot is off")
        return await super().create_session()

    async def close(self) -> None:
        """Close the connections. aiogram then waits 0.25 s for the end of TLS, also where there is none."""
        if self._session is not None and self.api.base.startswith("http://"):
            await self._session.close()
        else:
            await super().close()

    async def end(self) -> None:
        """Close it without the possibility of opening it again."""
        self._is_closed_for_good = True
        await self.close()

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109  It overrides aiogram's.
    ) -> TelegramType:
        """Send a request and return the response. Raises `AiogramError` and its children, and nothing else."""
        started_at = time.monotonic()
        try:
            answer = await super().make_request(bot, method, timeout)
        except (ClientError, ValueError, TypeError, LookupError) as error:  # Such as undecodable bytes.
            raise TelegramNetworkError(method=method, message=type(error).__name__) from error
        if method.__api_method__ not in _LONG_METHODS:
            self.latency_s = time.monotonic() - started_at
        return answer

    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        """Validate a response. Raises the error that it stands for; `UnparsedResponse` is a success all the same."""
        if status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:  # A reverse proxy sends it as HTML.
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
    """Raise the error that a refusal stands for."""
    given = body.get("description")
    description = given if isinstance(given, str) else ""
    if status < HTTPStatus.BAD_REQUEST:  # Gateways and emulators send 200, with the error in the body alone.
        status = as_integer(body.get("error_code")) or HTTPStatus.INTERNAL_SERVER_ERROR
    parameters = body.get("parameters")
    parameters = parameters if isinstance(parameters, dict) else {}
    backoff_s = as_integer(parameters.get("retry_after"))
    if status == HTTPStatus.TOO_MANY_REQUESTS and not backoff_s:
        named = _RETRY_AFTER.search(description)
        backoff_s = int(named[1]) if named is not None else _DEFAULT_RETRY_AFTER_S
    if backoff_s:
        raise TelegramRetryAfter(method=method, message=description, retry_after=backoff_s)
    moved_to = as_integer(parameters.get("migrate_to_chat_id"))
    if moved_to:
        raise TelegramMigrateToChat(method=method, message=description, migrate_to_chat_id=moved_to)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise TelegramServerError(method=method, message=description)
    raise _KINDS.get(status, TelegramAPIError)(method=method, message=description)
