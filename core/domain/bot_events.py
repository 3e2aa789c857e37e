"""What happens at the bot, as its owner reads it: who wrote, what was answered, who was refused, what has changed."""

from dataclasses import dataclass
from enum import StrEnum

from core.domain.bot import AuditEntry
from core.domain.translatable_text import TranslatableText, mark


class BotEventKind(StrEnum):
    """What an event is about."""

    MESSAGE = "message"
    ANSWER = "answer"
    REFUSAL = "refusal"
    ACCESS = "access"
    CONNECTION = "connection"


@dataclass(frozen=True, slots=True)
class BotEvent:
    """`number` counts from 1 in one run of Notula, and is 0 for what was before. `at` is in seconds since the epoch.

    `actor` is a person's number or where a request came from, empty for the bot itself; `name` is what people call
    them, where that is known. No event says what anybody has written or said. `is_bad` is for what went wrong.
    """

    number: int
    at: float
    kind: BotEventKind
    text: TranslatableText
    actor: str = ""
    name: str = ""
    is_bad: bool = False


_AUDITED: dict[str, tuple[BotEventKind, str]] = {
    "claim": (BotEventKind.ACCESS, mark("Is the owner now")),
    "allow": (BotEventKind.ACCESS, mark("Has let in {detail}")),
    "block": (BotEventKind.ACCESS, mark("Has blocked {detail}")),
    "reset-access": (BotEventKind.ACCESS, mark("Has taken back what was set for {detail}")),
    "limits": (BotEventKind.ACCESS, mark("Has changed a limit: {detail}")),
    "settings": (BotEventKind.ACCESS, mark("Has changed the settings of the chat {detail}")),
    "broadcast": (BotEventKind.ACCESS, mark("Has written to everybody: {detail} messages")),
    "delete": (BotEventKind.ACCESS, mark("Has deleted a transcript {detail}")),
    "name-speaker": (BotEventKind.ACCESS, mark("Has named a speaker {detail}")),
    "silent-group": (BotEventKind.ACCESS, mark("Has added the bot to the group {detail}, which isn't let in")),
    "refused": (BotEventKind.REFUSAL, mark("Was not let in")),
    "refused-request": (BotEventKind.REFUSAL, mark("A request that isn't Telegram's: {detail}")),
    "refused-group": (BotEventKind.REFUSAL, mark("Tried to add the bot to the group {detail}")),
    "refused-delete": (BotEventKind.REFUSAL, mark("Tried to delete what somebody else has sent")),
    "refused-button": (BotEventKind.REFUSAL, mark("Pressed a button that isn't theirs")),
}
"""What entries of the audit log say, by their action."""

_NAMES_ACTOR = "refused"
"""The action whose detail is the actor's name."""

_OTHER = mark("{action} {detail}")


def event_of(entry: AuditEntry, number: int = 0) -> BotEvent:
    """The event that an entry of the audit log stands for."""
    usual = BotEventKind.REFUSAL if entry.action.startswith("refused") else BotEventKind.ACCESS
    kind, template = _AUDITED.get(entry.action, (usual, _OTHER))
    text = TranslatableText(template, {"action": entry.action, "detail": entry.detail})
    name = entry.detail if entry.action == _NAMES_ACTOR else ""
    return BotEvent(number, entry.at, kind, text, entry.actor, name)
