"""The bot's commands. A new one is a handler in `core.bot.handlers` and an entry here."""

from core.bot.command_registry import BotCommand, CommandRegistry, CommandRights, CommandScope, Handler
from core.bot.handlers import commands, deletion, library, owner, preferences, recordings
from core.domain import mark

_PRIVATE, _GROUPS = CommandScope.PRIVATE, CommandScope.GROUPS
_BOTH = _PRIVATE | _GROUPS
_EVERYBODY, _CHAT_ADMINS = CommandRights.EVERYBODY, CommandRights.CHAT_ADMINS


def _owners(name: str, description: str, handler: Handler) -> BotCommand:
    return BotCommand(name, description, CommandScope.OWNER, CommandRights.OWNER, handler)


COMMANDS = CommandRegistry(
    (
        BotCommand("start", mark("what I can do"), CommandScope.HIDDEN, _EVERYBODY, commands.start),
        BotCommand("help", mark("what I can do"), _BOTH, _EVERYBODY, commands.show_help, group_position=8),
        BotCommand(
            "settings",
            mark("languages, files, and who transcribes"),
            _BOTH,
            _CHAT_ADMINS,
            preferences.show_settings,
            group_position=5,
            has_start_link=True,
        ),
        BotCommand(
            "history",
            mark("what I have transcribed for you"),
            _PRIVATE,
            _EVERYBODY,
            library.show_history,
            has_start_link=True,
        ),
        BotCommand("search", mark("find something that was said"), _PRIVATE, _EVERYBODY, library.search),
        BotCommand(
            "export", mark("a text as a file, or all of them"), _BOTH, _EVERYBODY, library.export, group_position=4
        ),
        BotCommand(
            "translate", mark("a text in another language"), _BOTH, _EVERYBODY, library.translate, group_position=2
        ),
        BotCommand(
            "summary", mark("what a recording is about"), _BOTH, _EVERYBODY, library.summarize, group_position=3
        ),
        BotCommand("status", mark("what is under way"), _BOTH, _EVERYBODY, commands.show_status, group_position=6),
        BotCommand("cancel", mark("stop what is under way"), _BOTH, _EVERYBODY, commands.cancel, group_position=7),
        BotCommand("provider", mark("who transcribes"), _PRIVATE, _CHAT_ADMINS, preferences.choose_provider),
        BotCommand("model", mark("by which model"), _PRIVATE, _CHAT_ADMINS, preferences.choose_model),
        BotCommand("language", mark("which language is spoken"), _PRIVATE, _CHAT_ADMINS, preferences.choose_language),
        BotCommand("stats", mark("how much it was so far"), _PRIVATE, _EVERYBODY, library.show_totals),
        BotCommand("delete", mark("delete a text, or all that is kept of you"), _PRIVATE, _EVERYBODY, deletion.delete),
        BotCommand("privacy", mark("what is kept of yours"), _PRIVATE, _EVERYBODY, commands.show_privacy),
        BotCommand(
            "transcribe",
            mark("as a reply to a recording"),
            _GROUPS,
            _EVERYBODY,
            recordings.transcribe,
            group_position=1,
        ),
        _owners("users", mark("who has written"), owner.show_users),
        _owners("allow", mark("let somebody use the bot"), owner.allow),
        _owners("block", mark("keep somebody out"), owner.block),
        _owners("broadcast", mark("tell everybody something"), owner.broadcast),
        _owners("limits", mark("how much people may ask for"), owner.change_limits),
        _owners("health", mark("how the bot is doing"), owner.show_health),
    )
)
