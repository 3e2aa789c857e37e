"""Errors of providers of transcription: choice, keys, connections and refusals."""

from typing import ClassVar

from core.domain.errors.base import NotulaError
from core.domain.translatable_text import mark
from core.domain.window_page import WindowPage


class ProviderError(NotulaError):
    """A provider could not transcribe."""

    sentence = mark("The recording could not be transcribed. The log has the details.")


class NoProvider(ProviderError):
    """All providers are switched off."""

    sentence = mark(
        "Nobody is set up to transcribe. Add a key in Notula under Settings, or allow transcription on this device."
    )
    page = WindowPage.PROVIDERS


class ProviderUnknown(ProviderError):
    """The settings name a provider that there isn't."""

    sentence = mark(
        "There is no provider called {provider}. Choose one in Notula under Settings, or give the server's "
        "address there."
    )
    page = WindowPage.PROVIDERS


class ProviderKeyMissing(ProviderError):
    """The settings name a service for which there is no key."""

    sentence = mark(
        "There is no key for {provider} yet. Add one in Notula under Settings, or with 'notula keys set {name}'."
    )
    page = WindowPage.PROVIDERS


class ProviderUnreachable(ProviderError):
    """No connection, a timeout, or one that was cut."""

    sentence = mark("{provider} can't be reached. Check the internet connection, then retry.")
    sentence_while_retrying = mark("{provider} can't be reached. Notula tries again.")
    transient = True


class ProviderOverloaded(ProviderError):
    """Status 429: too many requests for this key just now; another key may do."""

    sentence = mark(
        "{provider} takes no more requests just now. Retry later, or add another key in Notula under Settings."
    )
    page = WindowPage.PROVIDERS
    sentence_while_retrying = mark("{provider} takes no more requests just now. Notula tries again.")
    transient = True


class ProviderFailing(ProviderError):
    """Status 408 or 5xx, or an answer that makes no sense."""

    sentence = mark(
        "{provider} has trouble at the moment. Retry later, or choose another provider in Notula under Settings."
    )
    page = WindowPage.PROVIDERS
    sentence_while_retrying = mark("{provider} has trouble at the moment. Notula tries again.")
    transient = True


class KeyRefused(ProviderError):
    """Status 401 or 403. `ending` is the last characters of the key, enough to recognise it."""

    sentence = mark("{provider} refused the key ending in …{ending}. Check it in Notula under Settings.")
    page = WindowPage.PROVIDERS


class PlaceRefused(ProviderError):
    """Status 403 for all keys: the service isn't for the country or network that the request comes from."""

    sentence = mark("{provider} doesn't serve the country or network that you are in. Choose another provider.")
    page = WindowPage.PROVIDERS


class KeyRequired(KeyRefused):
    """Status 401 or 403 from a server that was asked without a key."""

    sentence = mark("{provider} wants a key. Add one in Notula under Settings, or with 'notula keys set {provider}'.")


class CreditExhausted(ProviderError):
    """Status 402: the account of this key has run out."""

    sentence = mark("The {provider} account of the key ending in …{ending} has no credit left. Top it up there.")
    page = WindowPage.PROVIDERS


class UploadTooLarge(ProviderError):
    """Status 413: the provider takes less than the settings say."""

    sentence = mark("{provider} doesn't take uploads this large. Lower its largest upload in Notula under Settings.")
    page = WindowPage.PROVIDERS


class RecordingRefused(ProviderError):
    """Status 400, 415 or 422: it is this recording, or what was asked for, that the provider doesn't take."""

    sentence = mark("{provider} can't transcribe this recording with these settings. Choose another model or provider.")
    page: ClassVar[WindowPage | None] = WindowPage.PROVIDERS


class RecordingRefusedWithReason(RecordingRefused):
    """The same, with the provider's own sentence as `reason`, because there is none of ours for it."""

    sentence = mark("{provider} refuses this recording. Its words: {reason}")


class RecordingTooShortForProvider(RecordingRefused):
    """The provider wants more sound than there is."""

    sentence = mark("The recording is too short for {provider}.")
    page = None


class RecordingTooLongForProvider(RecordingRefused):
    """The provider takes less sound at once."""

    sentence = mark("The recording is too long for {provider}. Choose another model or provider.")


class RecordingEmptyForProvider(RecordingRefused):
    """The provider finds no sound in what it was sent."""

    sentence = mark("{provider} finds no sound in this recording.")
    page = None


class RecordingFormatRefused(RecordingRefused):
    """Status 415, or the same in words: the provider doesn't take recordings of this kind."""

    sentence = mark("{provider} doesn't take recordings in this format. Convert it to MP3, or choose another provider.")


class RecordingUnreadableForProvider(RecordingRefused):
    """The provider can't decode what it was sent."""

    sentence = mark(
        "{provider} can't read this recording: it is damaged, or in a format that isn't known there. Convert it to "
        "MP3, or choose another provider."
    )


class LanguageRefused(RecordingRefused):
    """The provider, or its model, doesn't know the requested language."""

    sentence = mark(
        "{provider} can't transcribe the language {language} with the model {model}. Choose another model or provider, "
        "or have the language recognised."
    )


class ModelRefused(RecordingRefused):
    """The provider has no such model, or none for this account."""

    sentence = mark("{provider} has no model called {model}. Choose another one in Notula under Settings.")


class AddressUnusable(ProviderError):
    """What the settings give as the address of a server or proxy is none, or one with a secret in it."""

    sentence = mark(
        "The address of {provider} can't be used: it has to begin with https:// or http:// and may hold neither a "
        "password nor a question mark. Correct it in Notula under Settings."
    )
    page = WindowPage.PROVIDERS


class AddressWrong(ProviderError):
    """Something answers there, but not what was looked for, such as status 404 for the path."""

    sentence = mark(
        "{provider} isn't found at the address in Notula under Settings: something else answers there. Check host, "
        "port and path; most paths end in /v1."
    )
    page = WindowPage.PROVIDERS


class AddressRedirected(AddressWrong):
    """A redirection, which isn't followed."""

    sentence = mark(
        "{provider} isn't found at the address in Notula under Settings: what answers there sends on to another one. "
        "Nothing was sent to that. Give the final address, often https:// in place of http://."
    )
