"""The one tree of errors that a person may see.

Each class knows its sentence for the user, whether trying again may help, and after how long. Nobody compares the
text of messages; whoever handles an error asks for its class or its `transient` flag.
"""

from typing import ClassVar, Self

from core.domain.job import Requester
from core.domain.places import Place
from core.domain.translatable_text import TranslatableText, TranslatableValue, mark


class NotulaError(Exception):
    """Something a person has to be told about.

    `sentence` is the English template; `values` fill its placeholders. `retry_after_s` is the least time in seconds
    before another attempt makes sense, where the other side named one.
    """

    sentence: ClassVar[str] = mark("Something went wrong. The log has the details.")
    transient: ClassVar[bool] = False
    most_attempts: ClassVar[int | None] = None
    """How often something that fails so is tried in all, where that is less than usual."""
    sentence_while_retrying: ClassVar[str] = ""
    """What is said instead as long as Notula is about to try again by itself; empty where `sentence` fits then, too."""
    is_waited_out: ClassVar[bool] = False
    """Whether it says nothing of the recording: it is tried again however long it takes, and no attempt is counted."""

    place: ClassVar[Place | None] = None
    """The page of the window on which something can be done about it."""

    def __init__(self, *, retry_after_s: float | None = None, **values: TranslatableValue) -> None:
        self.message = TranslatableText(self.sentence, values)
        self.message_while_retrying = TranslatableText(self.sentence_while_retrying or self.sentence, values)
        self.retry_after_s = retry_after_s
        self.is_exhausted = False
        """Set by whoever has tried again already, so that nobody else does it once more."""
        super().__init__(str(self.message))


class WindowNotInstalled(NotulaError):
    """Notula is installed without the extra that shows a window."""

    sentence = mark(
        "The window isn't installed: run 'pip install \".[desktop]\"' in Notula's folder. The command line and the bot "
        "work without it."
    )


class InternalError(NotulaError):
    """A bug of ours; the traceback is in the log."""

    sentence = mark("Notula made a mistake with this recording. The log has the details; please try again.")


# --- the recording's file ------------------------------------------------------------------------------------------


class SourceError(NotulaError):
    """The recording's bytes can't be had."""

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
    """What was secret in the address was left out when its job had ended."""

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
    """Nobody knows the server's name."""

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
    """Telegram knows no such file, or gives it to nobody any more."""

    sentence = mark("Telegram doesn't have {name} any more. Send it to the bot again.")


class TelegramFileUnavailable(SourceInterrupted):
    """Telegram doesn't give the file out at the moment."""

    sentence = mark("Telegram doesn't give out {name} at the moment. Try again later, or send it to the bot again.")
    sentence_while_retrying = mark("Telegram doesn't give out {name} at the moment. Notula tries again.")


# --- what is in the file -------------------------------------------------------------------------------------------


class MediaError(NotulaError):
    """The bytes are there, but no speech can be got out of them."""

    sentence = mark("{name} can't be played. It may be damaged; try to save or download it again.")


class EmptyFile(MediaError):
    """Zero bytes."""

    sentence = mark("{name} is empty. Save or download it again.")


class NotMedia(MediaError):
    """No known container: a text file, a picture, an archive, random bytes."""

    sentence = mark("{name} is not a recording that Notula can read. Choose an audio or video file.")


class NoAudio(MediaError):
    """A video or picture without an audio track."""

    sentence = mark("{name} has no sound in it. Choose a file with an audio track.")


class DamagedMedia(MediaError):
    """The container is known, but nothing, or far too little, of its audio could be decoded."""

    sentence = mark("{name} is damaged or cut off. Save or download it again.")


class TooLong(MediaError):
    """More sound than the duration limit allows; also what stops a decompression bomb."""

    sentence = mark("{name} is longer than {hours} hours. Cut it into shorter parts.")


class TooCostly(MediaError):
    """Decoding hit the limit on memory, processor time or wall-clock time."""

    sentence = mark("{name} takes too much work to read. It may be damaged; try to convert it to MP3 first.")


class DecoderCrashed(MediaError):
    """The decoder process died for a reason that may not be the file's."""

    sentence = mark("The audio decoder stopped while reading {name}. Retry; if it goes on, convert the file to MP3.")
    sentence_while_retrying = mark("The audio decoder stopped while reading {name}. Notula tries again.")
    transient = True
    most_attempts = 2  # A file that has brought it down twice does so again.


class ProcessCrashed(MediaError):
    """Notula itself has crashed more than once while it worked on this recording."""

    sentence = mark("Notula crashed while working on {name}, more than once. Convert the file to MP3, then retry.")


class EncoderCrashed(MediaError):
    """The encoder process died or hung; a new one is started for the next attempt."""

    sentence = mark("The audio encoder stopped unexpectedly. Try again; if it goes on, restart Notula.")
    sentence_while_retrying = mark("The audio encoder stopped unexpectedly. Notula tries again.")
    transient = True


# --- turning speech into text --------------------------------------------------------------------------------------


class ProviderError(NotulaError):
    """Whoever transcribes did not."""

    sentence = mark("The recording could not be transcribed. The log has the details.")


class NoProvider(ProviderError):
    """The owner has switched off all."""

    sentence = mark(
        "Nobody is set up to transcribe. Add a key in Notula under Providers, or allow transcription on this device."
    )
    place = Place.PROVIDERS


class ProviderUnknown(ProviderError):
    """The settings name a provider that there isn't."""

    sentence = mark(
        "There is no provider called {provider}. Choose one in Notula under Providers, or give the server's "
        "address there."
    )
    place = Place.PROVIDERS


class ProviderKeyMissing(ProviderError):
    """The settings name a service for which there is no key."""

    sentence = mark(
        "There is no key for {provider} yet. Add one in Notula under Providers, or with 'notula keys set {name}'."
    )
    place = Place.PROVIDERS


class BudgetSpent(ProviderError):
    """The owner's budget for this month doesn't allow it."""

    sentence = mark(
        "This month's budget of {budget} US dollars is spent. Raise it in Notula under Settings, "
        "or allow transcription on this device."
    )
    place = Place.SETTINGS


class BudgetWanted(ProviderError):
    """Everybody may use the bot, the owner hasn't said what that may cost, and nobody does this for nothing."""

    sentence = mark(
        "The bot is open to everybody, and there is no budget, so nobody who costs money is asked for other people. "
        "Set a monthly budget in Notula under Settings, or allow transcription on this device."
    )
    place = Place.SETTINGS


class ProviderUnreachable(ProviderError):
    """No connection, a timeout, or one that was cut."""

    sentence = mark("{provider} can't be reached. Check the internet connection, then retry.")
    sentence_while_retrying = mark("{provider} can't be reached. Notula tries again.")
    transient = True


class ProviderOverloaded(ProviderError):
    """Status 429: too many requests for this key just now; another key may do."""

    sentence = mark(
        "{provider} takes no more requests just now. Retry later, or add another key in Notula under Providers."
    )
    place = Place.PROVIDERS
    sentence_while_retrying = mark("{provider} takes no more requests just now. Notula tries again.")
    transient = True


class ProviderFailing(ProviderError):
    """Status 408 or 5xx, or an answer that makes no sense."""

    sentence = mark(
        "{provider} has trouble at the moment. Retry later, or choose another provider in Notula under Providers."
    )
    place = Place.PROVIDERS
    sentence_while_retrying = mark("{provider} has trouble at the moment. Notula tries again.")
    transient = True


class KeyRefused(ProviderError):
    """Status 401 or 403. `ending` is the last characters of the key, enough to recognise it."""

    sentence = mark("{provider} refused the key ending in …{ending}. Check it in Notula under Providers.")
    place = Place.PROVIDERS


class KeyWanted(KeyRefused):
    """Status 401 or 403 from a server that was asked without a key."""

    sentence = mark("{provider} wants a key. Add one in Notula under Providers, or with 'notula keys set {provider}'.")


class CreditExhausted(ProviderError):
    """Status 402: the account of this key has run out."""

    sentence = mark("The {provider} account of the key ending in …{ending} has no credit left. Top it up there.")
    place = Place.PROVIDERS


class UploadTooLarge(ProviderError):
    """Status 413: the provider takes less than the settings say."""

    sentence = mark("{provider} doesn't take uploads this large. Lower its largest upload in Notula under Providers.")
    place = Place.PROVIDERS


class RecordingRefused(ProviderError):
    """Status 400, 415 or 422: it is this recording, or what was asked for, that the provider doesn't take."""

    sentence = mark("{provider} can't transcribe this recording with these settings. Choose another model or provider.")
    place = Place.PROVIDERS


class ModelRefused(RecordingRefused):
    """The provider has no such model, or none for this account."""

    sentence = mark("{provider} has no model called {model}. Choose another one in Notula under Providers.")


class AddressUnusable(ProviderError):
    """What the settings give as the address of a server or proxy is none, or one with a secret in it."""

    sentence = mark(
        "The address of {provider} can't be used: it has to begin with https:// or http:// and may hold neither a "
        "password nor a question mark. Correct it in Notula under Providers."
    )
    place = Place.PROVIDERS


class AddressWrong(ProviderError):
    """A redirection, or status 404 for the path: something answers there, but not what was looked for."""

    sentence = mark(
        "{provider} isn't found at the address in Notula under Providers. Correct it there; the addresses of "
        "most servers end in /v1."
    )
    place = Place.PROVIDERS


class EngineCrashed(ProviderError):
    """The on-device engine's process died; a new one is started for the next attempt."""

    sentence = mark("The transcription engine stopped unexpectedly. Try again; if it goes on, choose a smaller model.")
    place = Place.SETTINGS
    sentence_while_retrying = mark("The transcription engine stopped unexpectedly. Notula tries again.")
    transient = True


class EngineUnavailable(ProviderError):
    """The engine can't run on this machine at all (missing library, too old a processor)."""

    sentence = mark("The on-device engine can't run on this computer: {reason}. Run 'notula doctor' for what to do.")


class EngineNotInstalled(EngineUnavailable):
    """Notula is installed without the extra that transcribes on this computer."""

    sentence = mark(
        "Transcription on this computer isn't installed: run 'pip install \".[device]\"' in Notula's folder, or choose "
        "an online provider in Notula under Providers."
    )
    place = Place.PROVIDERS


class OtherLanguage(ProviderError):
    """An English-only model was given speech in another language."""

    sentence = mark(
        "This recording doesn't sound like English, and the model {model} knows only English. "
        "Choose a model for many languages in Notula under Settings, or set the language to English if it is."
    )
    place = Place.SETTINGS


class ModelError(ProviderError):
    """Something about a Whisper model's files."""

    sentence = mark("The model {model} can't be used. Delete it in Notula under Settings and download it again.")
    place = Place.SETTINGS


class ModelUnknown(ModelError):
    """No model of that name."""

    sentence = mark("There is no model called {model}. Choose one of the list in Notula under Settings.")


class ModelMissing(ModelError):
    """Known, but not downloaded."""

    sentence = mark(
        "The model {model} isn't on this computer yet. Download it in Notula under Settings, or choose another."
    )


class ModelCorrupt(ModelError):
    """A file does not have the checksum that it must have."""

    sentence = mark("The model {model} is damaged: {file} doesn't match its checksum. Delete and download it again.")


class ModelDownloadFailed(ModelError):
    """The download broke off or was refused; trying again may help."""

    sentence = mark("The model {model} could not be downloaded. Check the internet connection and try again.")
    transient = True


class ModelNotDeleted(ModelError):
    """Its files are still there, all or some."""

    sentence = mark("The model {model} could not be deleted: {reason}")


class ModelNotWritten(ModelError):
    """The folder of the models doesn't take it."""

    sentence = mark("The model {model} could not be written: {reason}")


class ModelDoesNotFit(ModelError):
    """Not enough room on the disk."""

    sentence = mark("There isn't enough room on the disk for the model {model}: it needs {megabytes} MB.")


class NoLlm(ProviderError):
    """Nobody who could translate or sum up is set up."""

    sentence = mark(
        "Nobody is set up to translate or summarize. Add a Groq key, or a server with a chat model, in Notula "
        "under Providers."
    )
    place = Place.PROVIDERS


class LlmRefused(ProviderError):
    """Status 400, 404, 415 or 422 from a language model: there is none of that name, or it refuses the request."""

    sentence = mark(
        "{provider} refuses to work with the chat model {model}. Choose another one in Notula under Providers."
    )
    place = Place.PROVIDERS


class LlmTextTooLong(ProviderError):
    """The text, or the answer to it, is more than the language model takes at once; less of it may do."""

    sentence = mark(
        "This is too much text for the chat model {model} of {provider}. Choose another one in Notula under Providers."
    )
    place = Place.PROVIDERS


class LinesMissing(ProviderError):
    """However few lines it is given, the language model leaves some of them out."""

    sentence = mark(
        "The chat model {model} leaves out parts of this transcript. Choose another one in Notula under Providers."
    )
    place = Place.PROVIDERS


class LanguageUnknown(ProviderError):
    """What was asked for is neither the code nor the name of a language."""

    sentence = mark("{language} is no language that Notula knows. Name it by its code, such as en or id.")


# --- taking turns --------------------------------------------------------------------------------------------------


class BotError(NotulaError):
    """The Telegram bot can't run, or not well."""

    sentence = mark("The bot has a problem. The log has the details.")


class BotTokenMissing(BotError):
    """There is no token."""

    sentence = mark(
        "The bot has no token yet. Get one from @BotFather in Telegram, then add it in Notula under Settings, "
        "or with 'notula keys set telegram'."
    )
    place = Place.SETTINGS


class BotTokenRefused(BotError):
    """Telegram doesn't know the token."""

    sentence = mark("Telegram refused the bot's token ending in …{ending}. Get a valid one from @BotFather.")
    place = Place.SETTINGS


class BotConflict(BotError):
    """Somebody else polls with the same token."""

    sentence = mark("Another program fetches this bot's messages. Stop it there, or give this one a bot of its own.")
    transient = True


class TelegramUnreachable(BotError):
    """No connection to Telegram."""

    sentence = mark("Telegram can't be reached. Check the internet connection; the bot goes on by itself.")
    transient = True


class BotOff(BotError):
    """A recording is in a chat with a bot that doesn't run."""

    sentence = mark("This recording is in Telegram, and the bot is off. Start the bot, and it goes on.")
    place = Place.SETTINGS
    transient = True
    is_waited_out = True


class TelegramFileTooLarge(SourceError):
    """More than the Bot API gives out, without another way to fetch it."""

    sentence = mark(
        "{name} is larger than the {megabytes} MB that Telegram gives a bot by itself. Send a smaller file, or have "
        "the bot's owner add an api_id for larger ones, in Notula under Settings or with 'notula keys set "
        "telegram-api'."
    )
    place = Place.SETTINGS


class ArchiveTooLarge(BotError):
    """All of a person's transcripts are more than a bot may send."""

    sentence = mark("All together they are more than {megabytes} MB. Ask for single ones with /history.")


class WebhookUnusable(BotError):
    """The webhook can't be set up as it is configured."""

    sentence = mark("The webhook can't be used: {reason}. Check it in Notula under Settings.")
    place = Place.SETTINGS


class WebhookUnreached(BotError):
    """Telegram calls, and doesn't get through."""

    sentence = mark("Telegram doesn't reach the webhook: {reason}. Check its address, and what is in front of Notula.")
    place = Place.SETTINGS
    transient = True


class TooManyRequests(NotulaError):
    """Somebody asks more often than they may."""

    sentence = mark("That was too much at once. Please try again in {seconds} seconds.")


class MinutesError(NotulaError):
    """Somebody has more transcribed than they may. It is about that person: who waits for the same may have it."""

    requester: Requester | None = None
    """Who that is."""

    @classmethod
    def of(cls, requester: Requester, **values: TranslatableValue) -> Self:
        """The error for this person."""
        error = cls(retry_after_s=None, **values)
        error.requester = requester
        return error


class MinutesUsed(MinutesError):
    """Nothing is left."""

    sentence = mark(
        "You have used your {minutes} minutes of recordings in 24 hours. Please send this again in some hours."
    )


class LongerThanMinutesLeft(MinutesError):
    """The recording is longer than what is left."""

    sentence = mark(
        "{name} is longer than what is left of your {minutes} minutes of recordings in 24 hours: {left} minutes. "
        "Send a shorter one, or this again in some hours."
    )


class TooManyWaiting(NotulaError):
    """Somebody has as many recordings waiting as they may."""

    sentence = mark("You already have {waiting} recordings waiting. Please send more when some of them are finished.")


# --- keeping things ------------------------------------------------------------------------------------------------


class StoreError(NotulaError):
    """The database can't be used."""

    sentence = mark("Notula's database can't be used. The log has the details.")


class DiskFull(StoreError):
    """No room for the database to grow."""

    sentence = mark("The disk is full, so the result can't be kept. Make room, then retry.")
    transient = True


class StoreLocked(StoreError):
    """Another process has kept the database to itself for too long."""

    sentence = mark(
        "Another program holds on to Notula's database, so nothing can be kept. "
        "Wait until your backup or virus scanner has finished, or close other Notula windows, then retry."
    )
    transient = True


class StoreReadOnly(StoreError):
    """The database or its folder may not be written."""

    sentence = mark("Notula may not write to its database. Give yourself permission to write its folder, then retry.")


class StoreDriveReadOnly(StoreReadOnly):
    """The drive, or that part of it, can only be read."""

    sentence = mark(
        "The drive with Notula's database can only be read, so nothing can be kept. Make it writable, or name a folder "
        "on another drive with NOTULA_DATA_DIR, then retry."
    )


class StorePlaceTaken(StoreError):
    """There is a file where a folder of Notula's belongs, or on the way to it."""

    sentence = mark(
        "{path} can't be made, because there is a file where a folder belongs. Move that file away, then start again."
    )


class StoreNotPrivate(StoreError):
    """Another account could read or change what would be kept."""

    sentence = mark(
        "Other accounts could read or change what Notula keeps, so it keeps nothing. The log has the details."
    )

    @classmethod
    def as_told(cls, message: TranslatableText) -> Self:
        """With a sentence that says where, and what to do."""
        error = cls()
        error.message = message
        error.args = (str(message),)
        return error


class DriveFailing(StoreError):
    """The system reports an input or output error."""

    sentence = mark(
        "The drive with Notula's database reports errors, so nothing can be kept. Check the drive, then retry."
    )
    transient = True


class StoreDamaged(StoreError):
    """What is in the database's file makes no sense."""

    sentence = mark(
        "Notula's database is damaged. Restart Notula: it saves what can be read and begins a new database."
    )


class TextNotErased(StoreError):
    """What was deleted is still in the write-ahead log, which another process reads."""

    sentence = mark(
        "It is deleted, but another program reads Notula's database, so its text is still in a file. "
        "Close other programs that use the file; Notula tries again within the hour."
    )
    transient = True


class StoreTooNew(StoreError):
    """The database was made by a newer version of Notula."""

    sentence = mark("This database was made by a newer version of Notula. Install that version, then start again.")


class StoreClosed(StoreError):
    """Asked for after closing."""

    sentence = mark("Notula is closing, so this can't be kept. Start it again, then retry.")


class ExportFailed(NotulaError):
    """A transcript could not be written to a file."""

    sentence = mark("{name} could not be written into {folder}. Check that folder, then export again.")


class ExportDiskFull(ExportFailed):
    """The drive has no room, or the account's share of it is used up."""

    sentence = mark("{name} could not be written into {folder}: the drive is full. Make room, then export again.")
    transient = True


class ExportReadOnly(ExportFailed):
    """The drive, or that part of it, can only be read."""

    sentence = mark(
        "{name} could not be written into {folder}: that drive can only be read. Choose another folder, or make it "
        "writable, then export again."
    )
    transient = True


class ExportDenied(ExportFailed):
    """The account may not write there."""

    sentence = mark(
        "{name} could not be written into {folder}: you may not write there. Give yourself permission, or choose "
        "another folder, then export again."
    )
    transient = True


class ExportFolderMissing(ExportFailed):
    """The folder isn't there, and can't be made: a drive that was taken out, mostly."""

    sentence = mark(
        "{name} could not be written into {folder}: there is no such folder, and it can't be made. Put its drive back, "
        "or choose another folder, then export again."
    )
    transient = True


class ExportNotFolder(ExportFailed):
    """A file, a device or a link in a circle is where the folder, or one above it, belongs."""

    sentence = mark(
        "{name} could not be written into {folder}: that is no folder, or something above it isn't. Choose another "
        "folder, then export again."
    )
    transient = True


class ExportDriveFailing(ExportFailed):
    """The drive reports errors, or can't be reached over the network."""

    sentence = mark(
        "{name} could not be written into {folder}: the drive reports an error. Check the drive or its connection, "
        "then export again."
    )
    transient = True


class ResultNotKept(NotulaError):
    """A recording has been transcribed, but the database can't take the text. It is kept in memory until it can."""

    sentence = mark("The text is ready, but it can't be kept yet. {reason}")
    is_waited_out = True


class OutputFailed(NotulaError):
    """Standard output takes no more."""

    sentence = mark("Standard output could not be written: {reason}")


# --- keys ----------------------------------------------------------------------------------------------------------


class KeysError(NotulaError):
    """Keys can't be read or kept."""

    sentence = mark("The keys can't be read or kept. The log has the details.")


class KeyringMissing(KeysError):
    """The system offers no keyring at all: a server, a container."""

    sentence = mark(
        "This system has no keyring to keep keys in. Give the key in the environment variable {variable}, "
        "or the name of a file with it in {variable}_FILE."
    )


class KeyringUnsafe(KeysError):
    """What the system offers as a keyring isn't known to keep keys safely."""

    sentence = mark(
        "{backend} isn't known to keep keys safely, so Notula doesn't use it. Use GNOME Keyring or KWallet, "
        "allow any keyring in Notula under Settings, or give the key in the environment variable {variable}."
    )
    place = Place.SETTINGS


class KeyringUnavailable(KeysError):
    """The keyring doesn't answer in time, or fails."""

    sentence = mark(
        "The keyring doesn't answer. See whether it asks for its password, or log in again, then retry; "
        "or give the key in the environment variable {variable}."
    )
    transient = True


class KeyringLocked(KeysError):
    """The keyring is locked, and nobody opened it."""

    sentence = mark(
        "The keyring is locked. Unlock it, then retry; or give the key in the environment variable {variable}."
    )
    transient = True


class KeyNameUnknown(KeysError):
    """No name that a key or a profile can have."""

    sentence = mark("{name} can't be the name of a key or a profile. Use small letters, digits, dots and dashes.")


class KeyUnusable(KeysError):
    """What was given as a key is empty or holds what no key holds."""

    sentence = mark("This can't be the key for {name}: a key is one word without spaces. Copy it again.")


class ApiCredentialsUnusable(KeysError):
    """No api_id with its api_hash."""

    sentence = mark(
        "This is no api_id with its api_hash. Copy both from https://my.telegram.org and join them with a colon, "
        "as in 12345:0123456789abcdef0123456789abcdef."
    )


class KeyMissing(KeysError):
    """There is none to delete."""

    sentence = mark("There is no key for {name} in the keyring. 'notula keys list' shows which there are.")


class KeyFileUnreadable(KeysError):
    """The file that an environment variable names can't be read."""

    sentence = mark("{path} can't be read, which {variable} names as the file with the key. Check its permissions.")
