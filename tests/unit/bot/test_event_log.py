"""The latest events of the bot, and what entries of the audit log say as events."""

import re

from core.bot.event_log import MOST_EVENTS, BotEventLog, NotedAuditLog
from core.domain.bot import AuditEntry
from core.domain.bot_events import BotEventKind, event_of
from core.domain.translatable_text import TranslatableText
from tests.conftest import REPOSITORY


class KeptLog:
    """An audit log in memory."""

    def __init__(self) -> None:
        self.entries: list[AuditEntry] = []

    async def record(self, actor: str, action: str, detail: str = "") -> None:
        self.entries.append(AuditEntry(1.0, actor, action, detail))

    async def newest(self, limit: int) -> tuple[AuditEntry, ...]:
        return tuple(reversed(self.entries))[:limit]


def test_the_same_events_are_the_same_object_until_there_is_another() -> None:
    changes: list[int] = []
    log = BotEventLog(lambda: 5.0, lambda: changes.append(1))
    assert log.latest == ()
    log.note(BotEventKind.MESSAGE, TranslatableText("Sent a file"), actor="7", name="Ada")
    first = log.latest
    assert log.latest is first
    assert (first[0].number, first[0].at, first[0].actor, first[0].name) == (1, 5.0, "7", "Ada")
    log.note(BotEventKind.ANSWER, TranslatableText("Got all texts as a ZIP file"))
    assert [event.number for event in log.latest] == [1, 2]
    assert len(changes) == 2


def test_a_flood_of_events_keeps_the_latest() -> None:
    log = BotEventLog(lambda: 0.0)
    for _ in range(MOST_EVENTS + 5):
        log.note(BotEventKind.REFUSAL, TranslatableText("Was not let in"))
    assert [log.latest[0].number, log.latest[-1].number] == [6, MOST_EVENTS + 5]


def test_a_person_can_be_forgotten() -> None:
    log = BotEventLog(lambda: 0.0)
    for actor in ("7", "77", ""):
        log.note(BotEventKind.MESSAGE, TranslatableText("Sent a file"), actor=actor)
    log.forget_person(7)
    assert [event.actor for event in log.latest] == ["77", ""]
    log.note(BotEventKind.MESSAGE, TranslatableText("Sent a file"))
    assert log.latest[-1].number == 4


async def test_what_is_audited_is_an_event_too() -> None:
    kept, log = KeptLog(), BotEventLog(lambda: 9.0)
    audit = NotedAuditLog(kept, log)
    await audit.record("7", "refused", "Ada @ada")
    await audit.record("1", "allow", "7")
    assert [entry.action for entry in await audit.newest(5)] == ["allow", "refused"]
    said = [(event.kind, event.actor, event.name, str(event.text)) for event in log.latest]
    assert said == [
        (BotEventKind.REFUSAL, "7", "Ada @ada", "Was not let in"),
        (BotEventKind.ACCESS, "1", "", "Has let in 7"),
    ]


def test_every_action_of_the_audit_log_has_a_sentence() -> None:
    sources = [*(REPOSITORY / "core/bot").rglob("*.py"), *(REPOSITORY / "core/app").glob("*.py")]
    actions = {
        action
        for source in sources
        for action in re.findall(r'audit_log\.record\([^"\n]*"([a-z-]+)"', source.read_text(encoding="utf-8"))
    }
    assert len(actions) > 8
    for action in actions | {"allow", "block", "reset-access"}:
        assert not str(event_of(AuditEntry(0.0, "7", action, "x")).text).startswith(action), action


def test_an_entry_of_a_newer_version_is_shown_as_it_is() -> None:
    event = event_of(AuditEntry(0.0, "7", "refused-dance", "twice"))
    assert (event.kind, str(event.text)) == (BotEventKind.REFUSAL, "refused-dance twice")
