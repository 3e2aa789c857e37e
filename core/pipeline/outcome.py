"""What a pipeline's run ends with."""

from dataclasses import dataclass

from core.domain import CacheKey, ContentHash, Transcript, TranscriptId, TranslatableText


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a job that is done."""

    transcript_id: TranscriptId
    from_cache: bool
    notes: tuple[TranslatableText, ...] = ()
    """What a person should know of how the transcript came about."""
    provider: str = ""
    """Who has made the transcript."""
    export_due: bool = False
    """Whether it is still to be written into the owner's folder."""


@dataclass(frozen=True, slots=True)
class FoundTranscript:
    """A transcript, new or from the cache, with its cache key and the content that it is of."""

    transcript: Transcript
    key: CacheKey
    content: ContentHash
    fallback_notes: tuple[TranslatableText, ...] = ()

    @property
    def notes(self) -> tuple[TranslatableText, ...]:
        """What its job has to tell: of the recording, then of the providers that were asked."""
        return (*self.transcript.notices, *self.fallback_notes)
