"""Which handler gets an update: aiogram's dispatcher, with the middlewares around the handlers."""

from collections.abc import Iterable

from aiogram import BaseMiddleware, Dispatcher, F, Router
from aiogram.filters import Command, CommandStart

from core.bot.command_registry import BotCommand, CommandRights
from core.bot.handlers import (
    chat_events,
    commands,
    deletion,
    library,
    owner,
    preferences,
    recordings,
    speaker_names,
    transcript_buttons,
)
from core.bot.middlewares.command_rights import COMMAND_FLAG, CommandRightsMiddleware, is_owner
from core.bot.middlewares.rate_limit import RateLimitMiddleware
from core.bot.request_context import BotContext

COMMAND_ROUTER = "commands"


def dispatcher_of(context: BotContext, *around: BaseMiddleware) -> Dispatcher:
    """A dispatcher of this bot; `around` are the middlewares that every update passes, the outermost first."""
    dispatcher = Dispatcher(disable_fsm=True)
    for middleware in around:
        dispatcher.update.outer_middleware(middleware)
    dispatcher.include_routers(chat_events.make_router(), preferences.make_router(), library.make_paging_router())
    by_command = command_router(context.commands)
    rate_limited = (
        speaker_names.make_router(),
        recordings.make_router(),
        by_command,
        library.make_router(),
        deletion.make_router(),
        owner.make_router(),
        transcript_buttons.make_router(),
        commands.make_last_router(),
    )
    for router in rate_limited:
        router.message.middleware(RateLimitMiddleware())
        router.callback_query.middleware(RateLimitMiddleware())
        dispatcher.include_router(router)
    by_command.message.middleware(CommandRightsMiddleware())  # Last, so that a refused command counts as a request.
    return dispatcher


def command_router(registry: Iterable[BotCommand]) -> Router:
    """The handlers of all commands, and nothing else."""
    router = Router(name=COMMAND_ROUTER)
    linked = [command for command in registry if command.has_start_link]
    for command in linked:  # First: /start takes any argument.
        _register(router, command, CommandStart(deep_link=True, magic=F.args == command.name))
    for command in registry:
        _register(router, command, Command(command.name))
    return router


def _register(router: Router, command: BotCommand, words: Command) -> None:
    owner_only = (F.chat.type == "private", is_owner) if command.rights is CommandRights.OWNER else ()
    router.message.register(command.handler, words, *owner_only, flags={COMMAND_FLAG: command})
