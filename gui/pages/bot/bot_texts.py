"""What the page says of the bot, of people and groups, and of what happened."""

from collections.abc import Mapping

from PySide6.QtCore import QDateTime, QLocale

from core.config import BotAudience
from core.domain import TranslatableText
from core.domain.bot import Access, BotCondition, BotState, TransportKind
from core.domain.bot_chats import BotChat
from core.domain.bot_events import BotEvent
from core.i18n import Translator
from gui.widgets.ages import age
from gui.widgets.text import day, harmless


def condition_text(tr: Translator, state: BotState) -> str:
    """What the bot is doing, in a few words."""
    name = f"@{state.username}" if state.username else tr("The bot")
    return {
        BotCondition.OFF: tr("The bot is off."),
        BotCondition.STARTING: tr("The bot is being started …"),
        BotCondition.RUNNING: tr("{name} answers.", name=name),
        BotCondition.FAILED: tr("The bot can't run."),
    }[state.condition]


def facts_text(tr: Translator, state: BotState, now: float) -> str:
    """How it is connected, how fast, when there was something last; `now` is in seconds since the epoch."""
    if state.condition is not BotCondition.RUNNING:
        return ""
    facts = [tr("by webhook") if state.transport is TransportKind.WEBHOOK else tr("by polling")]
    if state.latency_s is not None:
        facts.append(tr("Telegram answers in {count} ms", count=max(1, round(1000 * state.latency_s))))
    if state.last_update_at is None:
        facts.append(tr("no message yet since its start"))
    else:
        facts.append(tr("last message {age}", age=age(tr, state.last_update_at, now)))
    if state.open_deliveries:
        facts.append(tr.plural("{count} answer under way", "{count} answers under way", state.open_deliveries))
    return "  ·  ".join(facts)


def chat_name(tr: Translator, chat: BotChat) -> str:
    """Who it is: the name that Telegram told, else the number."""
    if not chat.name:
        number = str(chat.chat_id)
        return tr("Group {number}", number=number) if chat.is_group else tr("Number {number}", number=number)
    return harmless(f"{chat.name} @{chat.username}" if chat.username else chat.name)


def access_text(tr: Translator, chat: BotChat, owner: int, audience: BotAudience) -> str:
    """Whether they may use the bot as things are, and not only what was set for them."""
    if owner and chat.chat_id == owner:
        return tr("Owner")
    if chat.access is Access.BLOCKED:
        return tr("Blocked")
    if audience is BotAudience.EVERYBODY:
        return tr("Allowed") if chat.access is Access.ALLOWED else tr("Allowed, as everybody")
    if chat.access is Access.ALLOWED:
        return tr("Allowed") if audience is BotAudience.ALLOWED else tr("Not now: nobody else may")
    return tr("Not let in")


def may_use(chat: BotChat, owner: int, audience: BotAudience) -> bool:
    """Whether they may use the bot as things are."""
    if owner and chat.chat_id == owner:
        return True
    if chat.access is Access.BLOCKED:
        return False
    return audience is BotAudience.EVERYBODY or (audience is BotAudience.ALLOWED and chat.access is Access.ALLOWED)


def minutes_text(tr: Translator, chat: BotChat) -> str:
    """How much was transcribed for them, with a decimal where it is little."""
    minutes = chat.seconds / 60
    return QLocale(tr.language).toString(minutes, "f", 0 if minutes >= 10 or not minutes else 1)


def event_time(tr: Translator, at: float, now: float) -> str:
    """The time of day, with its date where that isn't today's."""
    locale, when = QLocale(tr.language), QDateTime.fromSecsSinceEpoch(int(at))
    time = locale.toString(when.time(), "HH:mm:ss")
    is_today = when.date() == QDateTime.fromSecsSinceEpoch(int(now)).date()
    return time if is_today else f"{day(locale, at)}, {time}"


def event_text(tr: Translator, event: BotEvent, names: Mapping[str, str]) -> str:
    """What happened, with the names of those whose numbers it tells."""
    values = {name: names.get(str(value), value) for name, value in event.text.values.items()}
    return harmless(tr.message(TranslatableText(event.text.template, values)))


def actor_text(tr: Translator, event: BotEvent, names: Mapping[str, str]) -> str:
    """Whose event it is; `names` are those of people by their numbers."""
    if not event.actor:
        return tr("The bot")
    if event.actor == "window":
        return tr("You, in this window")
    return names.get(event.actor) or harmless(event.name) or harmless(event.actor)
