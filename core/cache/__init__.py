"""The transcript cache: memory in front of SQLite."""

from core.cache.tiered import TranscriptCache

__all__ = ["TranscriptCache"]
