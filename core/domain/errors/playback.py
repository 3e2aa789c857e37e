"""Errors of playing a recording."""

from core.domain.errors.base import NotulaError
from core.domain.translatable_text import mark


class PlaybackFailed(NotulaError):
    """The sound could not be prepared or put out."""

    sentence = mark("The recording can't be played now. Close other programs and try again.")


class NoSoundDevice(PlaybackFailed):
    """The computer has nothing that plays sound, or another program holds it."""

    sentence = mark("There is no sound device. Connect loudspeakers or headphones, then press play again.")


class SoundDeviceLost(PlaybackFailed):
    """The device was unplugged, or its driver doesn't answer any more."""

    sentence = mark(
        "The sound device doesn't answer any more. Check loudspeakers or headphones, then press play again."
    )


class AnotherRecording(NotulaError):
    """The file isn't the one that was transcribed: it was replaced or changed since."""

    sentence = mark("This file was changed since it was transcribed. What you hear may not fit the text.")


class NotHere(PlaybackFailed):
    """A recording that came through the bot: it is in the chat and not on this computer."""

    sentence = mark("This recording came through the bot and isn't on this computer, so it can't be played here.")
