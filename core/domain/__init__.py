"""Plain types and rules of transcription. No I/O and no third-party import lives here."""

from core.domain.check import Check, CheckResult
from core.domain.errors import NotulaError
from core.domain.history import HistoryEntry, HistoryPage, StoredTranscript
from core.domain.identity import CacheKey, ContentHash, IdentityAlias, JobId, TranscriptId
from core.domain.job import Job, JobState, Priority, Requester, SourceReference
from core.domain.model import ModelState, ModelStatus
from core.domain.options import TranscriptionOptions
from core.domain.snapshot import JobView, QueueStatistics, Snapshot
from core.domain.speech import AudioFormat, SpeechChunk, UploadLimits
from core.domain.transcript import Segment, Transcript, Word
from core.domain.translatable_text import TranslatableText, mark

__all__ = [
    "AudioFormat",
    "CacheKey",
    "Check",
    "CheckResult",
    "ContentHash",
    "HistoryEntry",
    "HistoryPage",
    "IdentityAlias",
    "Job",
    "JobId",
    "JobState",
    "JobView",
    "ModelState",
    "ModelStatus",
    "NotulaError",
    "Priority",
    "QueueStatistics",
    "Requester",
    "Segment",
    "Snapshot",
    "SourceReference",
    "SpeechChunk",
    "StoredTranscript",
    "Transcript",
    "TranscriptId",
    "TranscriptionOptions",
    "TranslatableText",
    "UploadLimits",
    "Word",
    "mark",
]
