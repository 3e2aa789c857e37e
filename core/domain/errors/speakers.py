"""Errors of naming the speakers of a transcript."""

from core.domain.errors.base import NotulaError
from core.domain.translatable_text import mark


class SpeakersError(NotulaError):
    """The speakers can't be named so."""

    sentence = mark("The speakers can't be named so. Nothing was changed.")


class NoSpeakers(SpeakersError):
    """The transcript doesn't say who speaks."""

    sentence = mark("This transcript tells no speakers apart. Transcribe the recording again with speakers told apart.")


class SpeakerUnknown(SpeakersError):
    """Nobody in the transcript has this number or name."""

    sentence = mark("{speaker} is no speaker of this transcript. It has: {speakers}.")


class SpeakerNameRefused(SpeakersError):
    """The name is empty, or longer than `core.domain.speakers.LONGEST_NAME`."""

    sentence = mark("A speaker's name has 1 to {most} characters.")


class SpeakersChanged(SpeakersError):
    """The transcript isn't the one any more whose names were to be put back."""

    sentence = mark("The text was changed meanwhile, so the earlier names can't be put back.")
