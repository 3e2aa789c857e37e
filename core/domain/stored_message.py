"""Sentences as they are stored with transcripts and jobs, in an earlier wording, too."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.domain.notice_pages import SPEAKERS_IN_PARTS
from core.domain.translatable_text import TranslatableText

REWORDED: Mapping[str, str] = {
    "This recording was transcribed in {parts} parts, and its speakers were numbered anew in each, so one person may "
    "have several numbers. The model that tells voices apart on this computer (34 MB) unites them: notula models "
    "download voices": SPEAKERS_IN_PARTS,
}
"""The present template by the earlier one, with the same placeholders: translations and buttons know only that."""


def described_message(message: TranslatableText) -> list[Any]:
    """The sentence as plain data for JSON, with those sentences that are values in it."""
    values = {
        name: {"message": described_message(value)} if isinstance(value, TranslatableText) else value
        for name, value in message.values.items()
    }
    return [message.template, values]


def message_of(described: Sequence[Any]) -> TranslatableText:
    """The sentence that `described_message` has described, as it is worded today.

    Raises AttributeError, KeyError, TypeError or ValueError for anything else.
    """
    template, values = described
    return TranslatableText(
        REWORDED.get(str(template), str(template)),
        {name: message_of(one["message"]) if isinstance(one, Mapping) else one for name, one in values.items()},
    )
