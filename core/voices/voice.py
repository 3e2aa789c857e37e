"""What is known of the voices in a recording. All times are seconds from the recording's start."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Turn:
    """A stretch in which one person speaks. `speaker` counts from 1 in the order of first appearance."""

    start_s: float
    end_s: float
    speaker: int


@dataclass(frozen=True, slots=True)
class VoicePrint:
    """What a model makes of a voice: a vector of unit length, to be compared with others of the same model only.

    `vector` holds 32-bit floats, little-endian. It was made of `speech_s` seconds of speech; `model_sha256` is the
    hash of the model's file in lower-case hexadecimal. It identifies a person, so it goes into no log, export or cache.
    """

    vector: bytes = field(repr=False)
    speech_s: float
    model_sha256: str


@dataclass(frozen=True, slots=True)
class Heard:
    """What is kept of one chunk until all of a recording is decided: under a kilobyte for a second of speech.

    `regions` are stretches of speech in which the voice hardly changes, `windows` the shorter, overlapping ones of
    which prints were made: pairs of start and end on the clock of the chunk's `start_s`. `prints` has the prints of
    all windows, one after the other, each as in `VoicePrint`. With `is_narrow` most of it is no wider in band than a
    telephone.
    """

    regions: tuple[tuple[float, float], ...] = ()
    windows: tuple[tuple[float, float], ...] = ()
    prints: bytes = field(default=b"", repr=False)
    is_narrow: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """Who speaks when in a recording: `turns` in order of time, and one of `voices` for each speaker, from 1."""

    turns: tuple[Turn, ...] = ()
    voices: tuple[VoicePrint, ...] = ()
