"""What the transcript cache keeps of one recording."""

from dataclasses import dataclass

from core.domain.transcript import Transcript


@dataclass(frozen=True, slots=True)
class CacheEntry:
    """A transcript that was made before. Times are seconds since the epoch; `size_bytes` is its packed size."""

    transcript: Transcript
    created_at: float
    used_at: float
    size_bytes: int
