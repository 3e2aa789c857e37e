"""The options of a transcription."""

import hashlib
import json
from dataclasses import asdict, dataclass

from core.domain.identity import CacheKey, ContentHash


@dataclass(frozen=True, slots=True)
class TranscriptionOptions:
    """The options that change the text.

    `language` is an ISO 639-1 code, or None to have it recognised. `model` is a name the provider knows; without a
    provider the owner's preferred one is used, with its own model.
    `vocabulary` are names and terms that may be said; `speakers` requests speaker labels; `to_english` a translation.
    A `temperature` above 0 lets the model guess more freely.
    """

    model: str = "tiny.en"
    language: str | None = None
    provider: str = "on-device"
    beam_size: int = 5
    word_timestamps: bool = False
    vocabulary: tuple[str, ...] = ()
    speakers: bool = False
    to_english: bool = False
    temperature: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "vocabulary", tuple(self.vocabulary))  # JSON has lists.

    def cache_key(self, content: ContentHash, scope: str = "") -> CacheKey:
        """The key under which the transcript of this content with these options is kept.

        A transcript with a `scope` is found only by requests with the same `scope`.
        """
        described = json.dumps([content, asdict(self), *([scope] if scope else [])], sort_keys=True)
        return CacheKey(hashlib.sha256(described.encode()).hexdigest())
