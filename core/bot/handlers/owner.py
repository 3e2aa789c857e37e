"""What only the owner may do. Each of it is written down."""

from aiogram import F, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import Message, TelegramObject

from core.bot.request_context import Asked, Services
from core.domain.bot import Access

_MOST_LISTED = 30


def make_router() -> Router:
    """The handlers of the owner's commands; for everybody else they don't exist."""
    router = Router(name="owner")
    for name, handler in (("users", _users), ("allow", _allow), ("block", _block)):
        router.message.register(handler, Command(name), F.chat.type == "private", is_owner)
    return router


async def is_owner(event: TelegramObject, asked: Asked) -> bool:
    """Whether it is the owner who asks."""
    return asked.access is Access.OWNER


async def _users(message: Message, asked: Asked, services: Services) -> None:
    tr = asked.tr
    lines = [tr.plural("{count} person has written.", "{count} people have written.", await services.people.count())]
    names = {
        Access.OWNER: tr("owner"),
        Access.ALLOWED: tr("allowed"),
        Access.BLOCKED: tr("blocked"),
        Access.UNKNOWN: tr("not let in"),
    }
    for person in await services.people.newest(_MOST_LISTED):
        username = f" @{person.username}" if person.username else ""
        access = names[services.access(person.user_id, person.user_id)]
        lines.append(f"{person.user_id} {person.name}{username}: {access}")
    await asked.say("\n".join(lines))


async def _allow(message: Message, command: CommandObject, asked: Asked, services: Services) -> None:
    await _set_access(Access.ALLOWED, command, asked, services)


async def _block(message: Message, command: CommandObject, asked: Asked, services: Services) -> None:
    await _set_access(Access.BLOCKED, command, asked, services)


async def _set_access(access: Access, command: CommandObject, asked: Asked, services: Services) -> None:
    number = await _number(command.args or "", services)
    if number is None:
        await asked.say(asked.tr("Say whom: their number, or @name of somebody who has written to me."))
        return
    await services.people.set_access(number, access)
    await services.audit.record(str(asked.person.user_id), command.command, str(number))
    allowed = asked.tr("{number} may use this bot now.", number=number)
    blocked = asked.tr("{number} may not use this bot any more.", number=number)
    await asked.say(allowed if access is Access.ALLOWED else blocked)


async def _number(text: str, services: Services) -> int | None:
    """A person's or a group's number, given as such or as @name."""
    word = text.strip().partition(" ")[0]
    if word.startswith("@"):
        person = await services.people.find(word[1:])
        return person.user_id if person is not None else None
    try:
        number = int(word)
    except ValueError:
        return None
    return number if 0 < abs(number) < 2**52 else None
