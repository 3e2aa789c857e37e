"""People and groups that have to do with the bot, as its owner sees them."""

from dataclasses import dataclass

from core.domain.bot import Access

LARGEST_CHAT_NUMBER = 2**52
"""Numbers of users and chats have at most 52 significant bits: https://core.telegram.org/bots/api#chat."""


@dataclass(frozen=True, slots=True)
class BotChat:
    """A person (`chat_id` above 0) or a group (below). `access` is what the owner has set for exactly this one.

    `recordings` and `seconds` are those of the transcripts that are kept of them. `last_used_at` is in seconds since
    the epoch, None where they have never written.
    """

    chat_id: int
    access: Access
    name: str = ""
    username: str = ""
    recordings: int = 0
    seconds: float = 0.0
    last_used_at: float | None = None

    @property
    def is_group(self) -> bool:
        """Whether it is a group, whose members all may use the bot where it is allowed."""
        return self.chat_id < 0


def chat_number(text: str) -> int | None:
    """The number of a person or a group that is written here; None for anything else, so that nobody is meant."""
    try:
        number = int(text) if text.isascii() else 0
    except ValueError:
        return None
    return number if 0 < abs(number) < LARGEST_CHAT_NUMBER else None
