"""Changes of chats: the bot is added to a group, a group becomes a supergroup, a person blocks the bot."""

from aiogram import F, Router
from aiogram.types import ChatMemberUpdated, Message

from core.bot.api.errors import Unreachable
from core.bot.api.message_content import Text
from core.bot.request_context import BotContext, interface_language, person_of
from core.domain.bot import Access
from core.i18n import Translator

_ABSENT_STATUSES = ("kicked", "left")


def make_router() -> Router:
    """The handlers, which aren't rate-limited: these updates are no requests."""
    router = Router(name="chats")
    router.message.register(_chat_migrated, F.migrate_to_chat_id | F.migrate_from_chat_id)
    router.my_chat_member.register(_membership_changed)
    return router


async def _chat_migrated(message: Message, context: BotContext) -> None:
    """Move the group's preferences and access to its new id.

    Telegram sends a message in both chats, whose updates are handled concurrently; the first one does the work.
    """
    old, new = message.migrate_from_chat_id or message.chat.id, message.migrate_to_chat_id or message.chat.id
    await context.stores.preferences.move(old, new)
    access = context.stores.people.access(old)
    if access is not Access.UNKNOWN:
        await context.stores.people.set_access(new, access)


async def _membership_changed(event: ChatMemberUpdated, context: BotContext) -> None:
    was_there = event.old_chat_member.status not in _ABSENT_STATUSES
    is_there = event.new_chat_member.status not in _ABSENT_STATUSES
    if event.chat.type == "private":
        if not is_there:
            await context.stores.people.set_unreachable(event.from_user.id)
    elif event.chat.type in ("group", "supergroup") and is_there and not was_there:
        await _greet(event, context)


async def _greet(event: ChatMemberUpdated, context: BotContext) -> None:
    """Tell a new group how to use the bot, if the person who has added it may use the bot."""
    if context.access(event.from_user.id, event.chat.id) not in (Access.OWNER, Access.ALLOWED):
        await context.stores.audit_log.record(str(event.from_user.id), "refused-group", str(event.chat.id))
        return
    tr = Translator(interface_language(await context.stores.preferences.get(event.chat.id), person_of(event.from_user)))
    how = tr("Reply to a recording with /transcribe, or mention me under one, and I write down what is said in it.")
    admins = tr("Admins can have me do so unasked: /settings.")
    try:
        await context.sender.send(event.chat.id, Text(f"{how}\n{admins}"))
    except Unreachable:
        await context.stores.audit_log.record(str(event.from_user.id), "silent-group", str(event.chat.id))
