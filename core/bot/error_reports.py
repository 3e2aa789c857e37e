"""Reports of unexpected errors to the bot's owner: the class, the place, and the reference in the log."""

import logging
import traceback
from collections.abc import Callable
from pathlib import Path

from aiogram.exceptions import AiogramError

from core.bot.api.errors import Unreachable
from core.bot.api.message_content import Text
from core.bot.api.sender import MessageSender
from core.bot.ports import Host
from core.bot.request_context import interface_language
from core.domain.bot import BotPerson
from core.domain.errors import StoreError
from core.i18n import Translator
from core.store import BotPeople, ChatPreferencesStore

logger = logging.getLogger(__name__)

_REPORT_INTERVAL_S = 60.0
"""At least so many seconds lie between two reports: the same cause mostly makes many errors."""


class ErrorReports:
    """Sends reports without any text of a person. `clock` gives seconds that never go back."""

    def __init__(
        self,
        sender: MessageSender,
        people: BotPeople,
        preferences: ChatPreferencesStore,
        host: Host,
        clock: Callable[[], float],
    ) -> None:
        self._sender = sender
        self._people = people
        self._preferences = preferences
        self._host = host
        self._clock = clock
        self._last_report_at = float("-inf")

    async def report(self, error: Exception, mark: str) -> None:
        """Send a report, if there is an owner who wants them. A failure to send it is only logged."""
        owner = self._host.settings.bot_owner
        if (
            not owner
            or not self._host.settings.bot_error_reports
            or self._clock() - self._last_report_at < _REPORT_INTERVAL_S
        ):
            return
        self._last_report_at = self._clock()
        try:
            person = await self._people.get(owner) or BotPerson(owner)
            tr = Translator(interface_language(await self._preferences.get(owner), person))
            reply_text = tr(
                "Something unforeseen has gone wrong: {kind} in {place}. The log has more under {mark}.",
                kind=type(error).__name__,
                place=_place(error),
                mark=mark,
            )
            await self._sender.send(owner, Text(reply_text))
        except (Unreachable, AiogramError, StoreError) as failure:
            logger.info("The report of an error could not be sent: %s", type(failure).__name__)


def _place(error: Exception) -> str:
    """Where it was raised: a file name and a line number."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
