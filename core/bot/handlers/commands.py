"""What can be said to the bot in words."""

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import Message

from core.bot.request_context import BotContext, RequestContext
from core.bot.ui.command_menus import for_everybody, for_owner, in_groups, show_owners_menus
from core.domain.bot import Access, DeliveryKind

_USER_CONTENT_TYPES = frozenset(
    {
        "text",
        "animation",
        "contact",
        "dice",
        "document",
        "game",
        "location",
        "photo",
        "poll",
        "sticker",
        "story",
        "venue",
    }
)
"""What people send; other messages say that something has happened in the chat, such as a pinned message."""


def make_router() -> Router:
    """The handlers of commands for everybody."""
    router = Router(name="commands")
    router.message.register(_start, Command("start"))
    router.message.register(_help, Command("help"))
    router.message.register(_privacy, Command("privacy"))
    router.message.register(_status, Command("status"))
    router.message.register(_cancel, Command("cancel"))
    return router


def make_last_router() -> Router:
    """What nothing else was made for: in a private chat it gets a helpful sentence."""
    router = Router(name="others")
    router.message.register(_unknown_command, F.text.startswith("/"), F.chat.type == "private")
    router.message.register(_other_content, F.chat.type == "private", F.content_type.in_(_USER_CONTENT_TYPES))
    return router


async def _start(message: Message, request: RequestContext) -> None:
    tr = request.tr
    hello = tr("Hello {name}!", name=request.person.name)
    what = tr("Send me a voice message, an audio or a video file, and I send back what is said in it.")
    await request.send(f"{hello} {what}\n\n{_commands(request)}")
    if request.is_private and request.access is Access.OWNER:
        await show_owners_menus(request.context.bot, request.person.user_id)


async def _help(message: Message, request: RequestContext) -> None:
    tr = request.tr
    lines = (
        tr("Send or forward a voice message, an audio or a video file: the text comes as a reply to it."),
        tr("The buttons under a text give it as a file, translate it, sum it up or delete it."),
        tr("In a group I answer where I am mentioned, or to /transcribe as a reply to a recording."),
    )
    await request.send("\n".join((*lines, "", _commands(request))))


async def _privacy(message: Message, request: RequestContext) -> None:
    tr, host = request.tr, request.context.host
    await host.providers.ready()
    days = f"{host.settings.cache_days:g}"
    titles = ", ".join(state.title for state in host.providers.states)
    lines = (
        tr("Your recordings are never kept: they are read, transcribed and forgotten."),
        tr("They are transcribed by: {providers}.", providers=titles),
        tr("Transcripts stay with the owner of this bot until you delete them: each by its button, or all by /delete."),
        tr("To answer repeated recordings at once, their transcripts are remembered for {days} days.", days=days),
    )
    await request.send("\n".join(lines))


async def _status(message: Message, request: RequestContext, context: BotContext) -> None:
    tr = request.tr
    own = await context.deliveries.unfinished_of(request.person.user_id)
    statistics = context.host.statistics()
    lines = [
        tr.plural("{count} of your recordings is under way.", "{count} of your recordings are under way.", len(own)),
        tr(
            "{running} of {workers} workers are busy, {waiting} recordings wait.",
            running=statistics.running,
            workers=statistics.workers,
            waiting=statistics.queued + statistics.retrying,
        ),
    ]
    await request.send("\n".join(lines))


async def _cancel(message: Message, request: RequestContext, context: BotContext) -> None:
    """Everything of this person's that is under way in this chat."""
    cancelled = 0
    for one in await context.deliveries.unfinished_of(request.person.user_id):
        delivery = one.delivery
        if delivery.chat_id != request.chat.id:
            continue
        cancelled += 1
        if delivery.kind is DeliveryKind.TRANSCRIPT and delivery.job_id is not None:
            await context.host.queue.cancel([delivery.job_id])
        else:
            context.outbox.cancel(delivery.id)
    if not cancelled:
        await request.send(request.tr("Nothing of yours is under way here."))


async def _unknown_command(message: Message, request: RequestContext) -> None:
    unknown = request.tr("I do not know this command.")
    await request.send(f"{unknown}\n\n{_commands(request)}")


async def _other_content(message: Message, request: RequestContext) -> None:
    await request.send(
        request.tr("I turn recordings into text. Send me a voice message, an audio or a video file."),
        reply_to=message.message_id,
    )


def _commands(request: RequestContext) -> str:
    """What there is to say, a line each."""
    commands = for_everybody(request.tr) if request.is_private else in_groups(request.tr)
    if request.is_private and request.access is Access.OWNER:
        commands |= for_owner(request.tr)
    return "\n".join(f"/{name}: {description}" for name, description in commands.items())
