"""Errors of reading a recording's bytes: from a file, a web server or Telegram."""

from core.domain.errors.base import NotulaError
from core.domain.translatable_text import mark
from core.domain.window_page import WindowPage


class SourceError(NotulaError):
    """The recording's bytes can't be read."""

    sentence = mark("{name} can't be read. Check that the file is still there and that you may open it.")


class SourceMissing(SourceError):
    """The file is gone."""

    sentence = mark("{name} isn't there any more. Put it back and retry, or remove the job.")


class SourceDenied(SourceError):
    """The file may not be opened by this user."""

    sentence = mark("{name} may not be opened. Give yourself permission to read it, then retry.")


class SourceInterrupted(SourceError):
    """Reading broke off; another attempt may work."""

    sentence = mark("Reading {name} broke off. Check the drive or the connection, then retry.")
    sentence_while_retrying = mark("Reading {name} broke off. Notula tries again.")
    transient = True


class SourceChanged(SourceError):
    """The file is no longer the one that was begun."""

    sentence = mark("{name} was changed while Notula read it. Retry to read it from the beginning.")
    sentence_while_retrying = mark("{name} was changed while Notula read it. Notula reads it again.")
    transient = True


class SourceNotInParts(SourceError):
    """A server sends a large file only as a whole, other parts than were asked for, or doesn't say how large it is."""

    sentence = mark("The server can't send {name} in parts. Download it and give Notula the file.")


class WebAddressUnusable(SourceError):
    """No address of a web server."""

    sentence = mark(
        "This address can't be used: it has to begin with http:// or https:// and name a server. "
        "Correct it, then add it again."
    )


class WebAddressIncomplete(SourceError):
    """The secret parts of the address were removed when its job had ended."""

    sentence = mark(
        "Of this address only the server and the path were kept, as the rest may be secret. "
        "Add the whole address again."
    )


class WebMissing(SourceMissing):
    """Status 404 or 410."""

    sentence = mark("The server has no {name} at this address. Check the address, then add it again.")


class WebDenied(SourceDenied):
    """Status 401, 403, 407 or 451."""

    sentence = mark(
        "The server doesn't give {name} to Notula. Add the whole address again if it has a password or a key in it, "
        "or download the file and give Notula that."
    )


class WebRefused(SourceError):
    """Another status that stays what it is, such as 400 or 501."""

    sentence = mark(
        "The server refuses to send {name} (status {status}). Check the address, or download the file and give "
        "Notula that."
    )


class WebRedirected(SourceError):
    """A redirection in a circle, or to what is no address of a web server."""

    sentence = mark(
        "The address of {name} leads on without an end, or to where Notula can't follow. "
        "Check the address, or download the file and give Notula that."
    )


class WebInsecure(SourceError):
    """No TLS, or a certificate that isn't valid."""

    sentence = mark(
        "There is no secure connection to the server of {name}: it has no valid certificate, or doesn't know https. "
        "Check the address, or download the file and give Notula that."
    )


class WebHostUnknown(SourceError):
    """The name service knows no server of this name."""

    sentence = mark(
        "There is no server of the name in the address of {name}. Check the address and the internet connection, "
        "then retry."
    )


class WebInterrupted(SourceInterrupted):
    """No connection, a timeout, one that was cut, or a server that has trouble."""

    sentence = mark(
        "The server of {name} can't be reached, or broke off. Check the address and the internet connection, "
        "then retry."
    )
    sentence_while_retrying = mark("The server of {name} can't be reached, or broke off. Notula tries again.")


class TelegramFileGone(SourceMissing):
    """Telegram has no such file, or no longer sends it."""

    sentence = mark("Telegram doesn't have {name} any more. Send it to the bot again.")


class TelegramFileUnavailable(SourceInterrupted):
    """Telegram doesn't send the file at the moment."""

    sentence = mark("Telegram doesn't give out {name} at the moment. Try again later, or send it to the bot again.")
    sentence_while_retrying = mark("Telegram doesn't give out {name} at the moment. Notula tries again.")


class TelegramFileTooLarge(SourceError):
    """Larger than the Bot API sends, and downloads over MTProto are not set up."""

    sentence = mark(
        "{name} is larger than the {megabytes} MB that Telegram gives a bot by itself. Send a smaller file, or have "
        "the bot's owner add an api_id for larger ones, in Notula on the page Bot or with 'notula keys set "
        "telegram-api'."
    )
    page = WindowPage.BOT
