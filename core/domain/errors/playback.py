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


class RecordingMoved(PlaybackFailed):
    """The file isn't where it was when it was transcribed."""

    sentence = mark("{name} isn't in {folder} any more. You can work on its text; to hear it, find the file again.")


class OtherContent(PlaybackFailed):
    """The file that a person has chosen has another content hash than the recording."""

    sentence = mark("{name} is another recording than that of this text. Choose another file, or a folder to search.")


class NotFoundInFolder(PlaybackFailed):
    """No recording in the folder has the content hash."""

    sentence = mark(
        "None of the recordings in {folder} that can be read is that of this text. Choose another folder, or the file."
    )


class NoRecording(PlaybackFailed):
    """The text was imported from a file, which doesn't say of which recording it is."""

    sentence = mark("This text was imported, so there is no recording of it to play.")


class NotHere(PlaybackFailed):
    """A recording that came through the bot: it is in the chat and not on this computer."""

    sentence = mark("This recording came through the bot and isn't on this computer, so it can't be played here.")
