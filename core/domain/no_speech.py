"""The sentences about recordings in which nobody speaks, or nobody who is understood."""

from core.domain.transcript import Transcript
from core.domain.translatable_text import TranslatableText, mark

SILENT = mark("No speech was heard: the recording is silent.")
ONLY_NOISE = mark("No speech was heard, only noise or music.")
UNWRITTEN = mark("Somebody seems to speak at {times}, but the words can't be made out.")
UNWRITTEN_AND_MORE = mark("Somebody seems to speak at {times} and in other places, but the words can't be made out.")
NOBODY_SPEAKS = mark("Nobody speaks in this recording.")

_SAY_SO = (SILENT, ONLY_NOISE, UNWRITTEN, UNWRITTEN_AND_MORE)


def sentence_without_speech(transcript: Transcript) -> TranslatableText | None:
    """What to say in place of the text where there is none; None where there is one, or a notice says so already."""
    says_so = any(notice.template in _SAY_SO for notice in transcript.notices)
    return None if transcript.text or says_so else TranslatableText(NOBODY_SPEAKS)


def remark_without_text(transcript: Transcript) -> TranslatableText:
    """What to show where the text of a transcript without any would be."""
    not_understood = (notice for notice in transcript.notices if notice.template in (UNWRITTEN, UNWRITTEN_AND_MORE))
    return next(not_understood, TranslatableText(NOBODY_SPEAKS))
