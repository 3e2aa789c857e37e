"""Plain types and rules of transcription. No I/O and no third-party import lives here."""

from typing import TYPE_CHECKING

from core.lazy_exports import lazy_exports

if TYPE_CHECKING:
    from core.domain.check import Check, CheckResult
    from core.domain.errors import NotulaError
    from core.domain.history import (
        HistoryEntry,
        HistoryFilter,
        HistoryOrder,
        HistoryPage,
        HistorySummary,
        StoredTranscript,
    )
    from core.domain.identity import CacheKey, ContentHash, IdentityAlias, JobId, TranscriptId
    from core.domain.job import Job, JobState, Priority, Requester, SourceReference
    from core.domain.model import ModelKind, ModelState, ModelStatus
    from core.domain.options import TranscriptionOptions
    from core.domain.snapshot import JobView, QueueStatistics, Snapshot
    from core.domain.speech import AudioFormat, SpeechChunk, UploadLimits
    from core.domain.transcript import Segment, Transcript, Word
    from core.domain.translatable_text import TranslatableText, mark
else:
    __getattr__ = lazy_exports(
        __name__,
        {
            "check": ("Check", "CheckResult"),
            "errors": ("NotulaError",),
            "history": (
                "HistoryEntry",
                "HistoryFilter",
                "HistoryOrder",
                "HistoryPage",
                "HistorySummary",
                "StoredTranscript",
            ),
            "identity": ("CacheKey", "ContentHash", "IdentityAlias", "JobId", "TranscriptId"),
            "job": ("Job", "JobState", "Priority", "Requester", "SourceReference"),
            "model": ("ModelKind", "ModelState", "ModelStatus"),
            "options": ("TranscriptionOptions",),
            "snapshot": ("JobView", "QueueStatistics", "Snapshot"),
            "speech": ("AudioFormat", "SpeechChunk", "UploadLimits"),
            "transcript": ("Segment", "Transcript", "Word"),
            "translatable_text": ("TranslatableText", "mark"),
        },
    )

__all__ = [
    "AudioFormat",
    "CacheKey",
    "Check",
    "CheckResult",
    "ContentHash",
    "HistoryEntry",
    "HistoryFilter",
    "HistoryOrder",
    "HistoryPage",
    "HistorySummary",
    "IdentityAlias",
    "Job",
    "JobId",
    "JobState",
    "JobView",
    "ModelKind",
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
