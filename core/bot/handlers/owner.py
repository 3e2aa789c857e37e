"""The owner's commands: access, broadcasts, limits, health. What they change is recorded in the audit log."""

import logging
import time
from collections.abc import Mapping
from dataclasses import replace

from aiogram import F, Router
from aiogram.filters import CommandObject
from aiogram.types import CallbackQuery, Message

from core.bot.api.errors import MessageGone
from core.bot.api.message_content import MAX_TEXT_UNITS, Text
from core.bot.api.text_splitting import utf16_units
from core.bot.delivery.rendering import PAUSED
from core.bot.middlewares.command_rights import is_owner
from core.bot.request_context import BotContext, RequestContext, interface_language
from core.bot.ui.keyboards import button_of, keyboard
from core.domain.bot import Access, BotPerson, DeliveryKind, notice_id
from core.domain.bot_chats import chat_number
from core.domain.errors import SettingRefused
from core.domain.provider_state import CircuitState

logger = logging.getLogger(__name__)

_CONFIRM, _DECLINE = "cast:yes", "cast:no"
_MAX_NOTICE_UNITS = MAX_TEXT_UNITS - 200
"""Leaves room for the heading."""

_MAX_REFUSALS_SHOWN = 5
_MAX_USERS_SHOWN = 30

LIMITS: Mapping[str, str] = {
    "running": "user_running",
    "waiting": "user_waiting",
    "minutes": "user_minutes_per_day",
    "requests": "user_requests_per_minute",
    "all": "all_requests_per_minute",
    "hours": "longest_hours",
    "workers": "workers",
    "paused": "queue_paused",
}
"""Names of limits in /limits, and the settings that they stand for."""


def make_router() -> Router:
    """The handler of the buttons that confirm a broadcast."""
    router = Router(name="broadcast-buttons")
    router.callback_query.register(_confirmed, F.data.in_({_CONFIRM, _DECLINE}), is_owner)
    return router


async def show_users(message: Message, request: RequestContext, context: BotContext) -> None:
    """/users: how many people there are, and what each of the latest may do."""
    tr = request.tr
    lines = [
        tr.plural("{count} person has written.", "{count} people have written.", await context.stores.people.count())
    ]
    names = {
        Access.OWNER: tr("owner"),
        Access.ALLOWED: tr("allowed"),
        Access.BLOCKED: tr("blocked"),
        Access.UNKNOWN: tr("not let in"),
    }
    for person in await context.stores.people.newest(_MAX_USERS_SHOWN):
        username = f" @{person.username}" if person.username else ""
        access = names[context.access(person.user_id, person.user_id)]
        lines.append(f"{person.user_id} {person.name}{username}: {access}")
    await request.send("\n".join(lines))


async def allow(message: Message, command: CommandObject, request: RequestContext, context: BotContext) -> None:
    """/allow: let a person or a group use the bot."""
    await _set_access(Access.ALLOWED, command, request, context)


async def block(message: Message, command: CommandObject, request: RequestContext, context: BotContext) -> None:
    """/block: keep a person or a group from using the bot."""
    await _set_access(Access.BLOCKED, command, request, context)


async def _set_access(access: Access, command: CommandObject, request: RequestContext, context: BotContext) -> None:
    number = await _number(command.args or "", context)
    if number is None:
        await request.send(request.tr("Say whom: their number, or @name of somebody who has written to me."))
        return
    await context.stores.people.set_access(number, access)
    await context.stores.audit_log.record(str(request.person.user_id), command.command, str(number))
    allowed = request.tr("{number} may use this bot now.", number=number)
    blocked = request.tr("{number} may not use this bot any more.", number=number)
    await request.send(allowed if access is Access.ALLOWED else blocked)


async def _number(text: str, context: BotContext) -> int | None:
    """The id of a person or a group, given as a number or as @name; None for anything else."""
    word = text.strip().partition(" ")[0]
    if word.startswith("@"):
        person = await context.stores.people.find(word[1:])
        return person.user_id if person is not None else None
    return chat_number(word)


async def broadcast(message: Message, request: RequestContext, context: BotContext) -> None:
    """/broadcast: ask whether a notice is to be sent to everybody."""
    tr = request.tr
    text = _notice_in(message)
    if not text:
        await request.send(tr("Write what to tell everybody behind the command, as in /broadcast Back at noon."))
        return
    if utf16_units(text) > _MAX_NOTICE_UNITS:
        await request.send(tr("That is too long for one message."), reply_to=message.message_id)
        return
    count = len(await _other_people(request))
    if not count:
        await request.send(tr("Nobody else has written to me yet."), reply_to=message.message_id)
        return
    question = tr.plural("Send this to {count} person?", "Send this to {count} people?", count)
    buttons = [button_of(tr("Send"), _CONFIRM), button_of(tr("Don't send"), _DECLINE)]
    await request.send(question, reply_to=message.message_id, keyboard=keyboard(buttons))


async def _confirmed(query: CallbackQuery, request: RequestContext, context: BotContext) -> None:
    """Send the broadcast. A second press sends nothing twice: deliveries have the same ids."""
    tr, question = request.tr, query.message
    if not isinstance(question, Message):
        await context.sender.answer_button(query.id, tr("This question is of the past. Send /broadcast again."))
        return
    await context.sender.answer_button(query.id)
    command = question.reply_to_message
    text = _notice_in(command) if command is not None else ""
    if query.data == _DECLINE or command is None or not text:
        reply_text = tr("Nothing was sent.")
    else:
        people = await _other_people(request)
        for person in people:
            await _open_notice(request, command.message_id, person, text)
        await context.stores.audit_log.record(str(request.person.user_id), "broadcast", str(len(people)))
        reply_text = tr.plural("It goes to {count} person.", "It goes to {count} people.", len(people))
    try:
        await context.sender.edit(request.chat.id, question.message_id, Text(reply_text))
    except MessageGone:
        logger.info("The question was deleted")


async def _open_notice(request: RequestContext, message_id: int, person: BotPerson, text: str) -> None:
    context = request.context
    preferences = await context.stores.preferences.get(person.user_id)
    delivery = replace(
        request.new_delivery(DeliveryKind.NOTICE),
        id=notice_id(context.bot.id, request.chat.id, message_id, person.user_id),
        chat_id=person.user_id,
        user_id=person.user_id,
        thread_id=None,
        interface_language=interface_language(preferences, person),
        text=text,
    )
    await context.outbox.open(delivery)


async def _other_people(request: RequestContext) -> tuple[BotPerson, ...]:
    return tuple(
        person for person in await request.context.stores.people.reachable() if person.user_id != request.person.user_id
    )


def _notice_in(message: Message) -> str:
    """The text after the command."""
    parts = (message.text or "").split(None, 1)
    return parts[1].strip() if len(parts) == 2 else ""


async def change_limits(message: Message, command: CommandObject, request: RequestContext, context: BotContext) -> None:
    """/limits: show the limits, or change one."""
    tr = request.tr
    words = (command.args or "").lower().split()
    if not words:
        await request.send(_limits_text(request))
        return
    name = LIMITS.get(words[0])
    if name is None or len(words) != 2:
        unknown = tr("Name a limit and a number, as in /limits running 5.")
        await request.send(f"{unknown}\n\n{_limits_text(request)}")
        return
    try:
        await context.host.change_settings(**{name: words[1]})
    except SettingRefused:
        await request.send(tr("{number} is no number that {name} can have.", number=words[1], name=words[0]))
        return
    await context.stores.audit_log.record(str(request.person.user_id), "limits", f"{words[0]} {words[1]}")
    await request.send(_limits_text(request))


def _limits_text(request: RequestContext) -> str:
    tr, settings = request.tr, request.context.host.settings
    titles = {
        "running": tr("recordings at once, each person"),
        "waiting": tr("waiting recordings, each person"),
        "requests": tr("requests a minute, each person"),
        "all": tr("requests a minute, all people"),
        "hours": tr("hours that a recording may be long"),
        "workers": tr("recordings at once, all people"),
        "paused": tr("with 1 no recording begins until it is 0 again"),
    }
    lines = (f"{name} {getattr(settings, LIMITS[name]):g}: {title}" for name, title in titles.items())
    return "\n".join((*lines, "", tr("Change one as in /limits running 5.")))


async def show_health(message: Message, request: RequestContext, context: BotContext) -> None:
    """/health: workers, cache, providers, problems and refused requests."""
    tr, host = request.tr, context.host
    statistics = host.statistics()
    lines = [
        tr(
            "{running} recordings are being transcribed, {workers} at most; {waiting} wait.",
            running=statistics.running,
            workers=statistics.workers,
            waiting=statistics.queued + statistics.retrying,
        ),
        tr("Since the start: {done} done, {failed} failed.", done=statistics.done, failed=statistics.failed),
        tr("Answers under way: {count}.", count=context.outbox.open_count),
    ]
    if statistics.is_paused:
        lines.append(tr(PAUSED))
    if statistics.cache_hit_rate is not None:
        lines.append(tr("Transcribed before: {percent} %.", percent=round(100 * statistics.cache_hit_rate)))
    if statistics.median_s is not None and statistics.p95_s is not None:
        seconds = {"median": tr.decimal(statistics.median_s, 1), "most": tr.decimal(statistics.p95_s, 1)}
        lines.append(tr("A recording takes {median} s; 95 of 100 take less than {most} s.", **seconds))
    for provider in host.providers.states:
        condition = tr("rests after errors") if provider.circuit is CircuitState.OPEN else tr("works")
        lines.append(f"{provider.title}: {condition}")
    lines += [tr.message(notice) for notice in host.notices()]
    refused = [entry for entry in await context.stores.audit_log.newest(100) if entry.action.startswith("refused")]
    if refused:
        lines += ["", tr("Refused lately:")]
        for entry in refused[:_MAX_REFUSALS_SHOWN]:
            at = time.strftime("%Y-%m-%d %H:%M", time.localtime(entry.at))
            lines.append(f"{at} {entry.actor} {entry.action} {entry.detail}".rstrip())
    await request.send("\n".join(lines))
