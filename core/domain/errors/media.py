"""Errors of what is in a recording's file: no sound, damage, limits, and crashes of the media processes."""

from core.domain.errors.base import NotulaError
from core.domain.translatable_text import mark


class MediaError(NotulaError):
    """The bytes can be read, but no audio can be decoded from them."""

    sentence = mark("{name} can't be played. It may be damaged; try to save or download it again.")


class EmptyFile(MediaError):
    """Zero bytes."""

    sentence = mark("{name} is empty. Save or download it again.")


class NotMedia(MediaError):
    """No known container: a text file, a picture, an archive, random bytes."""

    sentence = mark("{name} is not a recording that Notula can read. Choose an audio or video file.")


class BareSamples(NotMedia):
    """Sound without a header, by the ending of its name, which doesn't say how it is written."""

    sentence = mark(
        "{name} holds bare samples, and nothing says how they are to be read. Convert it to WAV with the program that "
        "recorded it."
    )


class UnreadableSound(MediaError):
    """A known container whose sound is in a codec that no decoder here may or can decode."""

    sentence = mark("Notula can't read the format of the sound in {name} ({codec}). Convert it to MP3 or WAV first.")


class NoSuchTrack(MediaError):
    """A track was asked for by a number that is too high."""

    sentence = mark("{name} has no such track: it has {tracks} tracks of sound, with numbers from 1.")


class PartBeyondEnd(MediaError):
    """A part was asked for that begins where the recording has ended."""

    sentence = mark("{name} ends at {end}, before the part that is to be transcribed.")


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
    max_attempts = 2  # A file that crashed it twice crashes it again.


class ProcessCrashed(MediaError):
    """Notula itself has crashed more than once while it worked on this recording."""

    sentence = mark("Notula crashed while working on {name}, more than once. Convert the file to MP3, then retry.")


class EncoderCrashed(MediaError):
    """The encoder process died or hung; a new one is started for the next attempt."""

    sentence = mark("The audio encoder stopped unexpectedly. Try again; if it goes on, restart Notula.")
    sentence_while_retrying = mark("The audio encoder stopped unexpectedly. Notula tries again.")
    transient = True
