"""Commands about the bot and about what is in progress, and messages that no other handler takes."""

from aiogram import F, Router
from aiogram.types import Message

from core.bot.command_registry import CommandScope
from core.bot.delivery.rendering import PAUSED
from core.bot.request_context import BotContext, RequestContext
from core.bot.ui.command_menus import set_owner_menu
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
"""The content types that people send; the others are service messages, such as about a pinned message."""


def make_last_router() -> Router:
    """The handlers of last resort, for private chats: unknown commands and other messages get a helpful answer."""
    router = Router(name="others")
    router.message.register(_unknown_command, F.text.startswith("/"), F.chat.type == "private")
    router.message.register(_other_content, F.chat.type == "private", F.content_type.in_(_USER_CONTENT_TYPES))
    return router


async def start(message: Message, request: RequestContext) -> None:
    """/start: a greeting and the commands."""
    tr = request.tr
    hello = tr("Hello {name}!", name=request.person.name)
    what = tr("Send me a voice message, an audio or a video file, and I send back what is said in it.")
    await request.send(f"{hello} {what}\n\n{_command_lines(request)}")
    if request.is_private and request.access is Access.OWNER:
        await set_owner_menu(request.context.bot, request.context.commands, request.person.user_id)


async def show_help(message: Message, request: RequestContext) -> None:
    """/help: how to use the bot, and the commands."""
    tr = request.tr
    lines = (
        tr("Send or forward a voice message, an audio or a video file: the text comes as a reply to it."),
        tr("The buttons under a text give it as a file, translate it, sum it up or delete it."),
        tr("In a group I answer where I am mentioned, or to /transcribe as a reply to a recording."),
    )
    await request.send("\n".join((*lines, "", _command_lines(request))))


async def show_privacy(message: Message, request: RequestContext) -> None:
    """/privacy: what is kept, where and for how long."""
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


async def show_status(message: Message, request: RequestContext, context: BotContext) -> None:
    """/status: the unfinished deliveries of this person, and how busy the queue is."""
    tr = request.tr
    own = await context.stores.deliveries.unfinished_of(request.person.user_id)
    statistics = context.host.statistics()
    lines = [
        tr.plural("{count} of your recordings is under way.", "{count} of your recordings are under way.", len(own)),
        tr(
            "{running} recordings are being transcribed, {workers} at most; {waiting} wait.",
            running=statistics.running,
            workers=statistics.workers,
            waiting=statistics.queued + statistics.retrying,
        ),
    ]
    if statistics.is_paused:
        lines.append(tr(PAUSED))
    await request.send("\n".join(lines))


async def cancel(message: Message, request: RequestContext, context: BotContext) -> None:
    """/cancel: stop all of this person's unfinished deliveries in this chat."""
    cancelled = 0
    for one in await context.stores.deliveries.unfinished_of(request.person.user_id):
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
    await request.send(f"{unknown}\n\n{_command_lines(request)}")


async def _other_content(message: Message, request: RequestContext) -> None:
    await request.send(
        request.tr("I turn recordings into text. Send me a voice message, an audio or a video file."),
        reply_to=message.message_id,
    )


def _command_lines(request: RequestContext) -> str:
    """The commands that make sense in this chat, a line each."""
    scope = CommandScope.PRIVATE if request.is_private else CommandScope.GROUPS
    if request.is_private and request.access is Access.OWNER:
        scope |= CommandScope.OWNER
    menu = request.context.commands.menu(scope, request.tr)
    return "\n".join(f"/{name}: {description}" for name, description in menu.items())
