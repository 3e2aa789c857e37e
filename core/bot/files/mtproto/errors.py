"""Errors of MTProto, sorted by what the bot does about them."""

import logging

from telethon import errors
from telethon.errors.common import AuthKeyNotFound, SecurityError, TypeNotFoundError

from core.domain.errors import BotTokenRefused, NotulaError, SourceInterrupted, TelegramFileGone
from core.observability.redaction import key_ending

logger = logging.getLogger(__name__)

STALE_FILE_REFERENCE = (
    errors.FileReferenceExpiredError,
    errors.FilerefUpgradeNeededError,
    errors.FileReferenceInvalidError,
    errors.FileReferenceEmptyError,
    errors.FileIdInvalidError,
    errors.LocationInvalidError,
)
"""The file's location is outdated, and has to be looked up in its message."""

FLOOD_WAIT = (errors.FloodWaitError, errors.FloodPremiumWaitError)
"""Too many requests; the error holds the wait in seconds."""

LOGGED_OUT = (errors.UnauthorizedError, errors.AuthKeyError, AuthKeyNotFound)
"""The session isn't valid any more."""

APPLICATION_REFUSED = (
    errors.ApiIdInvalidError,
    errors.ApiIdPublishedFloodError,
    errors.ConnectionApiIdInvalidError,
)
TOKEN_REFUSED = (errors.AccessTokenInvalidError, errors.AccessTokenExpiredError)

CONNECTION_BROKEN = (OSError, EOFError, BufferError, SecurityError, TypeNotFoundError)
"""The connection was lost: Telethon raises whatever error it met."""

REQUEST_ERRORS = (errors.RPCError, AuthKeyNotFound, *CONNECTION_BROKEN)
"""All errors that a request may raise."""


def token_refused(token: str) -> BotTokenRefused:
    """Telegram refuses the bot's token."""
    return BotTokenRefused(ending=key_ending(token))


def reading_error(error: BaseException, name: str) -> NotulaError:
    """The error for readers of the file called `name`. Only the class of the cause is logged."""
    logger.info("Telegram refuses a part of a file: %s", type(error).__name__)
    if isinstance(error, errors.BadRequestError | errors.ForbiddenError | errors.NotFoundError):
        return TelegramFileGone(name=name)
    return SourceInterrupted(name=name)
