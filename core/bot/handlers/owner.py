"""What only the owner may do. Each of it is written down."""

from aiogram import F, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import Message, TelegramObject

from core.bot.request_context import BotContext, RequestContext
from core.domain.bot import Access

_MAX_USERS_SHOWN = 30


def make_router() -> Router:
    """The handlers of the owner's commands; for everybody else they don't exist."""
    router = Router(name="owner")
    for name, handler in (("users", _users), ("allow", _allow), ("block", _block)):
        router.message.register(handler, Command(name), F.chat.type == "private", is_owner)
    return router


async def is_owner(event: TelegramObject, request: RequestContext) -> bool:
    """Whether it is the owner who asks."""
    return request.access is Access.OWNER


async def _users(message: Message, request: RequestContext, context: BotContext) -> None:
    tr = request.tr
    lines = [tr.plural("{count} person has written.", "{count} people have written.", await context.people.count())]
    names = {
        Access.OWNER: tr("owner"),
        Access.ALLOWED: tr("allowed"),
        Access.BLOCKED: tr("blocked"),
        Access.UNKNOWN: tr("not let in"),
    }
    for person in await context.people.newest(_MAX_USERS_SHOWN):
        username = f" @{person.username}" if person.username else ""
        access = names[context.access(person.user_id, person.user_id)]
        lines.append(f"{person.user_id} {person.name}{username}: {access}")
    await request.send("\n".join(lines))


async def _allow(message: Message, command: CommandObject, request: RequestContext, context: BotContext) -> None:
    await _set_access(Access.ALLOWED, command, request, context)


async def _block(message: Message, command: CommandObject, request: RequestContext, context: BotContext) -> None:
    await _set_access(Access.BLOCKED, command, request, context)


async def _set_access(access: Access, command: CommandObject, request: RequestContext, context: BotContext) -> None:
    number = await _number(command.args or "", context)
    if number is None:
        await request.send(request.tr("Say whom: their number, or @name of somebody who has written to me."))
        return
    await context.people.set_access(number, access)
    await context.audit.record(str(request.person.user_id), command.command, str(number))
    allowed = request.tr("{number} may use this bot now.", number=number)
    blocked = request.tr("{number} may not use this bot any more.", number=number)
    await request.send(allowed if access is Access.ALLOWED else blocked)


async def _number(text: str, context: BotContext) -> int | None:
    """A person's or a group's number, given as such or as @name."""
    word = text.strip().partition(" ")[0]
    if word.startswith("@"):
        person = await context.people.find(word[1:])
        return person.user_id if person is not None else None
    try:
        number = int(word)
    except ValueError:
        return None
    return number if 0 < abs(number) < 2**52 else None
