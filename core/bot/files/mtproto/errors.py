"""What Telegram's own protocol answers, in our terms."""

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
"""The message has to be asked where the file is now."""

FLOOD_WAIT = (errors.FloodWaitError, errors.FloodPremiumWaitError)
"""So many requests that Telegram names a pause, in seconds."""

LOGGED_OUT = (errors.UnauthorizedError, errors.AuthKeyError, AuthKeyNotFound)
"""The session that was kept is none any more."""

APPLICATION_REFUSED = (
    errors.ApiIdInvalidError,
    errors.ApiIdPublishedFloodError,
    errors.ConnectionApiIdInvalidError,
)
TOKEN_REFUSED = (errors.AccessTokenInvalidError, errors.AccessTokenExpiredError)

CONNECTION_BROKEN = (OSError, EOFError, BufferError, SecurityError, TypeNotFoundError)
"""The line is bad, or was: Telethon gives up a line with whatever error it met on it."""

REQUEST_ERRORS = (errors.RPCError, AuthKeyNotFound, *CONNECTION_BROKEN)
"""Everything that a request may end with."""


def token_refused(token: str) -> BotTokenRefused:
    """The bot isn't let in."""
    return BotTokenRefused(ending=key_ending(token))


def reading_error(error: BaseException, name: str) -> NotulaError:
    """What such an error means for whoever reads the file called `name`. Only its kind is logged."""
    logger.info("Telegram doesn't give out a part of a file: %s", type(error).__name__)
    if isinstance(error, errors.BadRequestError | errors.ForbiddenError | errors.NotFoundError):
        return TelegramFileGone(name=name)
    return SourceInterrupted(name=name)
