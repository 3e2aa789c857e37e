"""Errors of taking transcripts over from files."""

from core.domain.errors.base import NotulaError
from core.domain.translatable_text import mark


class ImportFailed(NotulaError):
    """A file can't be taken over as a transcript."""

    sentence = mark("{name} can't be imported.")


class ImportNotOpened(ImportFailed):
    """The system doesn't give the file."""

    sentence = mark("{name} can't be imported: it can't be opened. Check that it is there and that you may read it.")


class ImportFormatUnknown(ImportFailed):
    """The name has another ending than those of `core.imports.IMPORT_SUFFIXES`."""

    sentence = mark("{name} can't be imported: only SRT, VTT and JSON files are transcripts that Notula reads.")


class ImportTooLarge(ImportFailed):
    """It is larger than any transcript, or has more passages."""

    sentence = mark("{name} can't be imported: it is larger than the transcript of any recording.")


class ImportNotUnicode(ImportFailed):
    """It is neither UTF-8 nor UTF-16 with its mark, so that letters would be guessed."""

    sentence = mark("{name} can't be imported: its letters aren't UTF-8. Save it as UTF-8, then import it again.")


class ImportDamaged(ImportFailed):
    """A line of subtitles isn't what the format says. `line` counts from 1."""

    sentence = mark("{name} can't be imported: line {line} isn't part of a subtitle, or its times make no sense.")


class ImportNotTranscript(ImportFailed):
    """JSON, or something that isn't even that, without the segments of a transcript."""

    sentence = mark("{name} can't be imported: it isn't a transcript in JSON as Notula or Whisper write it.")


class ImportTooNew(ImportFailed):
    """A later version of Notula has written it."""

    sentence = mark("{name} can't be imported: a newer version of Notula has written it. Update Notula first.")


class ImportEmpty(ImportFailed):
    """There is no text in it."""

    sentence = mark("{name} can't be imported: there is no text in it.")
