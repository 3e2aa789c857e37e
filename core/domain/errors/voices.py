"""Errors of remembering voices."""

from core.domain.errors.base import NotulaError
from core.domain.translatable_text import mark
from core.domain.window_page import WindowPage


class VoicesError(NotulaError):
    """A voice can't be remembered, recognised or forgotten."""

    sentence = mark("Voices can't be remembered or recognised now.")


class VoicesModelMissing(VoicesError):
    """Nothing on this computer makes prints of voices."""

    sentence = mark(
        "Remembering voices needs the model voices (34 MB). Get it in the settings under Models on this computer, or "
        "with: notula models download voices"
    )
    page = WindowPage.MODELS


class RecordingNotAtHand(VoicesError):
    """The file isn't there any more, is another one by now, or was never a file of this computer."""

    sentence = mark("The recording of {name} isn't on this computer any more as it was, so its voices can't be heard.")


class TooLittleSpeech(VoicesError):
    """Less than `core.voices.remembered.LEAST_SPEECH_S` of a speaker."""

    sentence = mark("{speaker} speaks for less than {seconds} s here. That is too little to remember the voice.")


class VoiceUnknown(VoicesError):
    """No voice of this name is remembered."""

    sentence = mark("No voice is remembered as {name}.")


class VoicesFileUnusable(VoicesError):
    """The file with the voices can't be read or written."""

    sentence = mark(
        "The file with the remembered voices can't be used: {path}. Check its folder, or forget all voices."
    )
