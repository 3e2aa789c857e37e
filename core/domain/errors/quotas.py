"""Errors of the limits for each person, and of budgets."""

from typing import Self

from core.domain.errors.base import NotulaError
from core.domain.errors.providers import ProviderError
from core.domain.job import Requester
from core.domain.translatable_text import TranslatableValue, mark
from core.domain.window_page import WindowPage


class BudgetSpent(ProviderError):
    """The owner's budget for this month doesn't allow it."""

    sentence = mark(
        "This month's budget of {budget} US dollars is spent. Raise it in Notula under Settings, "
        "or allow transcription on this device."
    )
    page = WindowPage.BUDGET


class BudgetRequired(ProviderError):
    """The bot is open to everybody, no budget is set, and no provider that costs nothing can do this."""

    sentence = mark(
        "The bot is open to everybody, and there is no budget, so nobody who costs money is asked for other people. "
        "Set a monthly budget in Notula under Settings, or allow transcription on this device."
    )
    page = WindowPage.BUDGET


class TooManyRequests(NotulaError):
    """A person sends more requests than the rate limit allows."""

    sentence = mark("That was too much at once. Please try again in {seconds} seconds.")


class MinutesError(NotulaError):
    """A person's limit of minutes is reached. Other people who wait for the same recording still get it."""

    requester: Requester | None = None
    """The person whose limit it is."""

    @classmethod
    def of(cls, requester: Requester, **values: TranslatableValue) -> Self:
        """The error for this person."""
        error = cls(retry_after_s=None, **values)
        error.requester = requester
        return error


class MinutesUsed(MinutesError):
    """Nothing is left."""

    sentence = mark(
        "You have used your {minutes} minutes of recordings in 24 hours. Please send this again in some hours."
    )


class LongerThanMinutesLeft(MinutesError):
    """The recording is longer than what is left."""

    sentence = mark(
        "{name} is longer than what is left of your {minutes} minutes of recordings in 24 hours: {left} minutes. "
        "Send a shorter one, or this again in some hours."
    )


class TooManyWaiting(NotulaError):
    """A person has as many recordings waiting as the limit allows."""

    sentence = mark("You already have {waiting} recordings waiting. Please send more when some of them are finished.")
