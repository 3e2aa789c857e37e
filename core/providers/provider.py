"""The port `Provider`: what the pipeline needs of anything that turns speech into text."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from core.domain import Segment, SpeechChunk, TranscriptionOptions, UploadLimits

_SURE = 0.5
_CLEARLY = 2.0
"""How many times as probable a language has to be. Single words of English get 0.85 from base and those of Indonesian
0.2, where English has a tenth of that to a half (measured)."""


@dataclass(frozen=True, slots=True)
class LanguageGuess:
    """The most probable language by its code, and how probable it is, 0 to 1.

    `likely` has others, too, with their probabilities. `is_for_all` where nothing else can come of the other chunks of
    the recording. `others` are languages that are spoken in parts of the chunk, where all of it was heard.
    """

    code: str
    probability: float
    is_for_all: bool = False
    likely: tuple[tuple[str, float], ...] = ()
    others: tuple[str, ...] = ()

    @property
    def languages(self) -> tuple[str, ...]:
        """All languages that are spoken, that of most first."""
        return (self.code, *self.others)

    def probability_of(self, code: str) -> float:
        """How probable a language is; of one that isn't named, as much as the least probable of the others at most."""
        known = {self.code: self.probability, **dict(self.likely)}
        return known.get(code, min(known.values()) if len(known) > 1 else 0.0)

    def is_rather_than(self, other: str) -> bool:
        """Whether it is clearly this language, as compared with another one.

        Related languages share their probability (Indonesian and Malay), so that it may be low where nothing else but
        those comes into question.
        """
        return self.probability >= _SURE or self.probability >= _CLEARLY * self.probability_of(other)


@dataclass(frozen=True, slots=True)
class ChunkTranscript:
    """What was said in one chunk. Segment times are on the recording's clock, not the chunk's.

    `model` is the one that did it, where that isn't the requested one. `unwritten` tells from where to where somebody
    speaks whose words could not be made out, `other_language` where another language seems to be spoken than the one
    that is written, `noisy` where it is so noisy that what is written may be wrong.
    """

    segments: tuple[Segment, ...]
    language: str
    model: str = ""
    unwritten: tuple[tuple[float, float], ...] = ()
    other_language: tuple[tuple[float, float], ...] = ()
    noisy: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class OfferedModel:
    """A model that a provider offers. `languages` are ISO 639-1 codes; empty where it knows nearly all.

    `price_per_minute` is in US dollars for a minute of sound, 0 where it is free or the price isn't known. `version`
    tells states of a model apart that may change under its name; empty where that isn't known.
    """

    name: str
    price_per_minute: float = 0.0
    languages: frozenset[str] = frozenset()
    version: str = ""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a provider can do, as data.

    `parallel_chunks`: how many chunks of one recording it takes at once. `upload` is None for a provider that takes
    PCM; one that is sent files says there which. One that doesn't identify a language tells it with the text. At least
    `least_billed_s` seconds are paid for each chunk. The first of `models` is the usual choice. One that isn't
    installed fails whatever it is asked, and no provider after it is asked in its place.
    """

    parallel_chunks: int
    longest_chunk_s: float
    gives_words: bool
    upload: UploadLimits | None = None
    gives_speakers: bool = False
    translates_to_english: bool = False
    translating_model: str = ""
    takes_vocabulary: bool = False
    identifies_language: bool = False
    least_billed_s: float = 0.0
    models: tuple[OfferedModel, ...] = ()
    is_installed: bool = True


def ignore_upload(fraction: float) -> None:
    """For callers that show no progress of uploads."""


class Provider(Protocol):
    """One way to turn speech into text."""

    @property
    def name(self) -> str:
        """The stable name that settings and cache keys use."""

    @property
    def capabilities(self) -> Capabilities:
        """What it can do now (a pool may grow or shrink with the settings)."""

    async def identify_language(self, chunk: SpeechChunk, options: TranscriptionOptions) -> LanguageGuess | None:
        """The language spoken in the chunk, or None where there is no speech in it or nothing can be told.

        Raises the same errors as `transcribe`.
        """

    async def transcribe(
        self,
        chunk: SpeechChunk,
        options: TranscriptionOptions,
        on_segment: Callable[[Segment], None],
        *,
        on_uploaded: Callable[[float], None] = ignore_upload,
    ) -> ChunkTranscript:
        """The chunk's text. `on_segment` is called with each segment as soon as it is known.

        `on_uploaded` gets the share of the upload that is done, 0 to 1, from a provider that is sent files.

        Cancelling the call stops the work within a second. Raises `ProviderError` and its children.
        """

    async def close(self) -> None:
        """Give back everything it holds. No call may be running."""
