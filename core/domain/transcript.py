"""A transcript: what was said, when, and (where known) by whom. All times are seconds from the recording's start."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from core.domain.scripts import join_prose
from core.domain.stored_message import described_message, message_of
from core.domain.translatable_text import TranslatableText
from core.domain.waveform import WaveformOverview


@dataclass(frozen=True, slots=True)
class Word:
    """One word with its place on the recording's clock."""

    start_s: float
    end_s: float
    text: str
    probability: float = 1.0


@dataclass(frozen=True, slots=True)
class Segment:
    """A sentence or phrase, as the provider cut it. `words` is empty where the provider gives none."""

    start_s: float
    end_s: float
    text: str
    words: tuple[Word, ...] = ()
    speaker: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON; `Transcript.from_dict` reads it back."""
        return {
            "start_s": self.start_s,
            "end_s": self.end_s,
            "text": self.text,
            "speaker": self.speaker,
            "words": [[word.start_s, word.end_s, word.text, word.probability] for word in self.words],
        }


@dataclass(frozen=True, slots=True)
class Transcript:
    """The whole text of one recording and where it came from.

    `language` is an ISO 639-1 code. `duration_s` is the length of the recording. `notices` are sentences about the
    recording that its reader has to know, such as that it breaks off; they belong to it wherever it is kept.
    `waveform` is of the recording, as far as it was decoded; None where it wasn't.
    """

    segments: tuple[Segment, ...]
    language: str
    duration_s: float
    provider: str
    model: str
    notices: tuple[TranslatableText, ...] = ()
    waveform: WaveformOverview | None = None

    @property
    def text(self) -> str:
        """The segments' text joined into one line of prose."""
        return join_prose(segment.text for segment in self.segments)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON; `from_dict` reads it back."""
        return {
            "language": self.language,
            "duration_s": self.duration_s,
            "provider": self.provider,
            "model": self.model,
            **({"notices": [described_message(notice) for notice in self.notices]} if self.notices else {}),
            **({"waveform": self.waveform.to_dict()} if self.waveform is not None else {}),
            "segments": [segment.to_dict() for segment in self.segments],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The transcript that `to_dict` wrote.

        Raises AttributeError, KeyError, TypeError or ValueError where it is something else.
        """
        segments = tuple(
            Segment(
                float(segment["start_s"]),
                float(segment["end_s"]),
                str(segment["text"]),
                tuple(Word(float(start), float(end), str(text), float(p)) for start, end, text, p in segment["words"]),
                segment["speaker"],
            )
            for segment in data["segments"]
        )
        notices = tuple(map(message_of, data.get("notices", ())))
        waveform = WaveformOverview.from_dict(data["waveform"]) if "waveform" in data else None
        language, duration_s = str(data["language"]), float(data["duration_s"])
        return cls(segments, language, duration_s, data["provider"], data["model"], notices, waveform)
