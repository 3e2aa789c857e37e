"""The sentences of errors in chats with the bot.

An error's own sentence is written for the person at the window or the command line, who has files, drives, keys and
settings. In a chat it is about a message that was sent, and about a bot that has an owner.
"""

from collections.abc import Iterator, Mapping

from core.domain import NotulaError, TranslatableText, errors, mark
from core.domain.errors import SettingsError

_IN_GENERAL = mark("That didn't work. Please try again later, or tell the owner of this bot.")
_NOT_KEPT = mark("The bot can't keep anything at the moment. Please try again later.")

_IN_CHAT: Mapping[type[NotulaError], str] = {
    NotulaError: _IN_GENERAL,
    errors.InternalError: mark("Notula made a mistake with this recording. Please try again later."),
    errors.SourceError: mark("{name} can't be read. Please send it again."),
    errors.WebAddressUnusable: mark("This recording can't be read. Please send it again."),
    errors.WebAddressIncomplete: mark("This recording can't be read. Please send it again."),
    errors.SourceInterrupted: mark("Fetching {name} broke off. Please try again later."),
    errors.MediaError: errors.MediaError.sentence,
    errors.DecoderCrashed: mark("{name} could not be read just now. Please try again, or convert it to MP3 first."),
    errors.ProcessCrashed: mark("{name} could not be read, more than once. Convert it to MP3, then send that."),
    errors.EncoderCrashed: mark("The recording could not be prepared just now. Please try again later."),
    errors.ProxyUnusable: mark("This bot can't reach the internet as it is set up. Please tell its owner."),
    errors.ProviderError: mark("The recording could not be transcribed. Please tell the owner of this bot."),
    errors.NoProvider: mark("Nobody is set up to transcribe here. Please tell the owner of this bot."),
    errors.BudgetRequired: mark("This bot can't do that for everybody yet. Please tell its owner."),
    errors.BudgetSpent: mark("This month's budget is spent. Please tell the owner of this bot."),
    errors.ProviderUnreachable: mark("{provider} can't be reached at the moment. Please try again later."),
    errors.ProviderOverloaded: mark("{provider} takes no more requests just now. Please try again later."),
    errors.ProviderFailing: mark("{provider} has trouble at the moment. Please try again later."),
    errors.RecordingRefused: mark(
        "{provider} can't transcribe this recording. Choose another model or provider with /settings."
    ),
    errors.LanguageRefused: mark(
        "{provider} can't transcribe the language {language} with the model {model}. Choose another model or provider "
        "with /settings."
    ),
    errors.RecordingTooLongForProvider: mark(
        "The recording is too long for {provider}. Choose another with /provider."
    ),
    errors.ModelRefused: mark("{provider} has no model called {model}. Choose another one with /model."),
    errors.EngineCrashed: mark("The transcription engine stopped unexpectedly. Please try again later."),
    errors.OtherLanguage: mark(
        "The model {model} can't understand this recording. It knows only English: this may be another language, or "
        "people talk at the same time, or it is noisy. "
        "Choose another one with /model, or say that it is English with /language en."
    ),
    errors.MultilingualModelMissing: mark(
        "This recording doesn't sound like English, and only models for English are here. Please tell the owner of "
        "this bot; or say that it is English with /language en."
    ),
    errors.NoLlm: mark("Nobody is set up to translate or summarize here. Please tell the owner of this bot."),
    errors.LlmRefused: mark("The chat model can't be used here. Please tell the owner of this bot."),
    errors.LlmTextTooLong: mark("This is too much text for the chat model that is used here."),
    errors.LinesMissing: mark("The chat model leaves out parts of this transcript. Please try again later."),
    errors.BotError: mark("The bot has a problem. Please try again later."),
    errors.TelegramFileTooLarge: mark(
        "{name} is larger than the {megabytes} MB that Telegram gives a bot by itself. Send a smaller file, or have "
        "the bot's owner add an api_id for larger ones."
    ),
    errors.StoreError: _NOT_KEPT,
    errors.ExportFailed: _NOT_KEPT,
    errors.OutputFailed: _NOT_KEPT,
    errors.ResultNotKept: _NOT_KEPT,
    errors.KeysError: mark("This bot isn't set up for that. Please tell its owner."),
    errors.VoicesError: errors.VoicesError.sentence,
    errors.SpeakersError: errors.SpeakersError.sentence,
    errors.SpeakerNameRefused: errors.SpeakerNameRefused.sentence,
    SettingsError: mark("Nothing was changed. Please tell the owner of this bot."),
}
"""By class; a class that isn't here has the sentence of its nearest ancestor."""

_AS_IT_IS = (
    errors.TelegramFileGone,
    errors.TelegramFileUnavailable,
    errors.EmptyFile,
    errors.NotMedia,
    errors.BareSamples,
    errors.NoAudio,
    errors.NoSuchTrack,
    errors.PartBeyondEnd,
    errors.UnreadableSound,
    errors.DamagedMedia,
    errors.TooLong,
    errors.RecordingTooShortForProvider,
    errors.RecordingEmptyForProvider,
    errors.RecordingFormatRefused,
    errors.RecordingUnreadableForProvider,
    errors.TooCostly,
    errors.LanguageUnknown,
    errors.LanguageMistyped,
    errors.ArchiveTooLarge,
    errors.MinutesUsed,
    errors.LongerThanMinutesLeft,
    errors.TooManyRequests,
    errors.TooManyWaiting,
)
"""Classes whose own sentence fits a chat. It isn't taken over by their children."""

_OWNERS = (
    errors.ProviderError,
    errors.ProxyUnusable,
    errors.StoreError,
    errors.KeysError,
    errors.TelegramFileTooLarge,
    SettingsError,
)
"""Errors that only the bot's owner can fix: in the private chat the owner gets their own, detailed sentence."""


def in_chat(message: TranslatableText, *, to_owner: bool = False) -> TranslatableText:
    """The sentence of an error for a chat. `to_owner`: only the bot's owner reads it.

    The class is found by the error's template, because the journal keeps no more of an ended job's error.
    """
    kind = _by_template().get(message.template, NotulaError)
    if to_owner and issubclass(kind, _OWNERS):
        return message
    told = TranslatableText(sentence_of(kind), message.values)
    try:
        str(told)
    except (LookupError, ValueError):  # An error of another version of Notula, with other values.
        return TranslatableText(_IN_CHAT[NotulaError])
    return told


def sentence_of(kind: type[NotulaError]) -> str:
    """The sentence of an error of this class for a chat."""
    if kind in _AS_IT_IS:
        return kind.sentence
    return next(_IN_CHAT[one] for one in kind.__mro__ if one in _IN_CHAT)


def error_classes() -> Iterator[type[NotulaError]]:
    """All imported classes of errors, each after its parents."""
    waiting: list[type[NotulaError]] = [NotulaError]
    for kind in waiting:
        yield kind
        waiting += (child for child in kind.__subclasses__() if child not in waiting)


def _by_template() -> dict[str, type[NotulaError]]:
    """Built at each call, because modules that are imported late define errors of their own."""
    found: dict[str, type[NotulaError]] = {}
    for kind in error_classes():
        found.setdefault(kind.sentence, kind)
        if kind.sentence_while_retrying:
            found.setdefault(kind.sentence_while_retrying, kind)
    return found
