"""The options of a transcription."""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from typing import Protocol

from core.domain.identity import CacheKey, ContentHash
from core.domain.languages import language_code

RECOGNIZED = "auto"
"""In place of a language: it is recognised."""

_ADDED_LATER = ("people", "model_version", "track", "heard", "from_s", "until_s")
"""Options that older versions don't know. Without them a request has the key that it had, so what it made is found."""

_NOT_OF_THE_TEXT = ("beside",)
"""Options that say what happens with a text, and change nothing of it."""


@dataclass(frozen=True, slots=True)
class TranscriptionOptions:
    """The options of one transcription: what changes its text, and where that is saved.

    `language` is a code as `language_code` gives it, or None to have it recognised. `model` is a name the
    provider knows; without a provider the owner's preferred one is used, with its own model.
    `vocabulary` are names and terms that may be said; `speakers` requests speaker labels, where `people` says how
    many speak, None that it is to be found out; `to_english` requests a translation.
    `model_version` is which state of a model that may change, as a person's own may; None for all others.
    `track` is the number of one of several tracks of sound, from 1; None for the usual one that isn't silent.
    A `temperature` above 0 lets the model guess more freely.
    `from_s` and `until_s` are where the part begins and ends that alone is transcribed, in seconds of the recording;
    None for the recording's beginning and end.
    `beside` are the formats in which the text is saved in the folder of the recording; None where it isn't.
    `heard` are the languages that were recognised in a chunk, where nobody has asked for one: `language` is that of
    most of it then, and the provider may write another where that is spoken. None in what a person asks for.
    """

    model: str = "tiny.en"
    language: str | None = None
    provider: str = "on-device"
    beam_size: int = 5
    word_timestamps: bool = True
    vocabulary: tuple[str, ...] = ()
    speakers: bool = False
    people: int | None = None
    to_english: bool = False
    temperature: float = 0.0
    model_version: str | None = None
    track: int | None = None
    heard: tuple[str, ...] | None = None
    from_s: float | None = None
    until_s: float | None = None
    beside: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "vocabulary", tuple(self.vocabulary))  # JSON has lists.
        if self.heard is not None:
            object.__setattr__(self, "heard", tuple(self.heard))
        if self.beside is not None:
            object.__setattr__(self, "beside", tuple(self.beside))
        if self.language is not None:  # Older versions wrote it into the journal as it was given.
            object.__setattr__(self, "language", language_code(self.language) or self.language)

    @property
    def is_part(self) -> bool:
        """Whether only a part of the recording is transcribed."""
        return self.from_s is not None or self.until_s is not None

    def cache_key(self, content: ContentHash, scope: str = "", voices: str = "") -> CacheKey:
        """The key under which the transcript of this content with these options is kept.

        A transcript with a `scope` is found only by requests with the same `scope`, and so is one with `voices`, the
        hash of the model with which its speakers were told apart.
        """
        asked = {
            name: value
            for name, value in asdict(self).items()
            if name not in _NOT_OF_THE_TEXT and (value is not None or name not in _ADDED_LATER)
        }
        described = json.dumps([content, asked, *filter(None, (scope, voices and f"voices:{voices}"))], sort_keys=True)
        return CacheKey(hashlib.sha256(described.encode()).hexdigest())


class OptionChoices(Protocol):
    """What somebody has chosen for some recordings. Empty and None are as for all others."""

    @property
    def provider(self) -> str:
        """Who transcribes."""

    @property
    def model(self) -> str:
        """By the name that the provider knows."""

    @property
    def language(self) -> str:
        """A code, or `RECOGNIZED`."""

    @property
    def speakers(self) -> bool | None:
        """Whether they are told apart."""

    @property
    def people(self) -> int:
        """How many speak; 0 where that is to be found out."""

    @property
    def to_english(self) -> bool | None:
        """Whether the text is written in English."""


def with_choices(usual: TranscriptionOptions, chosen: OptionChoices) -> TranscriptionOptions:
    """The options of recordings for which this was chosen, where `usual` are those of all others."""
    speakers = usual.speakers if chosen.speakers is None else chosen.speakers
    people = usual.people if chosen.speakers is None else (chosen.people or None)
    language = chosen.language or usual.language
    return replace(
        usual,
        provider=chosen.provider,
        model=chosen.model,
        language=None if language == RECOGNIZED else language,
        speakers=speakers,
        people=people if speakers else None,
        to_english=usual.to_english if chosen.to_english is None else chosen.to_english,
    )
