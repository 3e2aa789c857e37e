"""What a person may ask of a transcription."""

import hashlib
import json
from dataclasses import asdict, dataclass

from core.domain.identity import CacheKey, ContentHash


@dataclass(frozen=True, slots=True)
class TranscriptionOptions:
    """The options that change the text.

    `language` is an ISO 639-1 code, or None to have it recognised. `model` is a name the provider knows.
    """

    model: str = "tiny.en"
    language: str | None = None
    provider: str = "on-device"
    beam_size: int = 5
    word_timestamps: bool = False

    def cache_key(self, content: ContentHash, scope: str = "") -> CacheKey:
        """The key under which the transcript of this content with these options is kept.

        Transcripts of one `scope` are found only by those who name it too.
        """
        described = json.dumps([content, asdict(self), *([scope] if scope else [])], sort_keys=True)
        return CacheKey(hashlib.sha256(described.encode()).hexdigest())
