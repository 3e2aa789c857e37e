"""Errors of the Telegram bot's connection and of what it sends."""

from core.domain.errors.base import NotulaError
from core.domain.translatable_text import mark
from core.domain.window_page import WindowPage


class BotError(NotulaError):
    """The Telegram bot can't run, or not well."""

    sentence = mark("The bot has a problem. The log has the details.")


class BotTokenMissing(BotError):
    """There is no token."""

    sentence = mark(
        "The bot has no token yet. Get one from @BotFather in Telegram, then add it in Notula on the page Bot, "
        "or with 'notula keys set telegram'."
    )
    page = WindowPage.BOT


class BotTokenRefused(BotError):
    """Telegram doesn't know the token."""

    sentence = mark("Telegram refused the bot's token ending in …{ending}. Get a valid one from @BotFather.")
    page = WindowPage.BOT


class BotTokenMalformed(BotError):
    """What was given can't be a token."""

    sentence = mark("This is no bot token. Copy all of what @BotFather gave you: digits, a colon, and letters.")
    page = WindowPage.BOT


class BotConflict(BotError):
    """Another program polls with the same token."""

    sentence = mark("Another program fetches this bot's messages. Stop it there, or give this one a bot of its own.")
    transient = True


class TelegramUnreachable(BotError):
    """No connection to Telegram."""

    sentence = mark("Telegram can't be reached. Check the internet connection; the bot goes on by itself.")
    transient = True


class BotOff(BotError):
    """The recording has to be fetched from Telegram, and the bot is stopped."""

    sentence = mark("This recording is in Telegram, and the bot is off. Start the bot, and it goes on.")
    page = WindowPage.BOT
    transient = True
    is_retried_indefinitely = True


class BotChatUnknown(BotError):
    """What was written names nobody."""

    sentence = mark(
        "{written} is nobody the bot knows. Enter a Telegram number, or the @name of who has written to it."
    )


class ArchiveTooLarge(BotError):
    """All of a person's transcripts in one ZIP file are larger than what a bot may send."""

    sentence = mark("All together they are more than {megabytes} MB. Ask for single ones with /history.")


class WebhookUnusable(BotError):
    """The webhook can't be set up as it is configured."""

    sentence = mark("The webhook can't be used: {reason}. Check it in Notula on the page Bot, under Connection.")
    page = WindowPage.BOT_CONNECTION


class WebhookUnreachable(BotError):
    """Telegram's requests don't reach the webhook."""

    sentence = mark("Telegram doesn't reach the webhook: {reason}. Check its address, and what is in front of Notula.")
    page = WindowPage.BOT_CONNECTION
    transient = True


class TelegramApplicationRefused(BotError):
    """Telegram refuses the api_id and api_hash with which large files are fetched."""

    sentence = mark(
        "Telegram refused the api_id {api_id}, which large files need. "
        "Compare api_id and api_hash with those at https://my.telegram.org, then add them again."
    )
