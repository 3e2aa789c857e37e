"""Compares voices with those that a person has had remembered.

Measured with 10 people and 120 strangers, all recorded as well as each other: of prints of 3 s and more the same voice
is above 0.62 and another's below. With other microphones it is worse, so a name is only ever suggested.
"""

import math
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.voices.voice import VoicePrint

LEAST_SPEECH_S = 10.0
"""How much speech a print has to be made of, on both sides."""

_LEAST_LIKENESS = 0.65
"""At 0.5, 12 to 18 of 100 strangers would get a name."""

_LEAST_AHEAD = 0.1
"""By how much the likeness to the voice that is suggested is greater than that to the next."""


@dataclass(frozen=True, slots=True)
class RememberedVoice:
    """A voice that a person has had remembered under this name, `remembered_at` in seconds since the epoch."""

    name: str
    voice: VoicePrint
    remembered_at: float


def suggested_names(voices: Mapping[str, VoicePrint], remembered: Iterable[RememberedVoice]) -> dict[str, str]:
    """Whose voice each speaker's may be, by the speaker's label; of two speakers like one voice the liker has it."""
    known = tuple(remembered)
    found: dict[str, tuple[float, str]] = {}
    for label, voice in voices.items():
        match = _best(voice, known)
        if match is not None and match > max((one for one in found.values() if one[1] == match[1]), default=(0.0, "")):
            found = {other: one for other, one in found.items() if one[1] != match[1]} | {label: match}
    return {label: name for label, (_, name) in found.items()}


def likeness(one: VoicePrint, other: VoicePrint) -> float:
    """The cosine of two prints of the same model, -1 to 1; 0 where they can't be compared."""
    first, second = _floats(one.vector), _floats(other.vector)
    lengths = math.hypot(*first) * math.hypot(*second)
    if one.model_sha256 != other.model_sha256 or len(first) != len(second) or not lengths:
        return 0.0
    return sum(a * b for a, b in zip(first, second, strict=True)) / lengths


def _best(voice: VoicePrint, remembered: tuple[RememberedVoice, ...]) -> tuple[float, str] | None:
    if voice.speech_s < LEAST_SPEECH_S:
        return None
    usable = (one for one in remembered if one.voice.speech_s >= LEAST_SPEECH_S)
    likenesses = sorted(((likeness(voice, one.voice), one.name) for one in usable), reverse=True)
    if not likenesses or likenesses[0][0] < _LEAST_LIKENESS:
        return None
    is_ahead = len(likenesses) == 1 or likenesses[0][0] - likenesses[1][0] >= _LEAST_AHEAD
    return likenesses[0] if is_ahead else None


def _floats(vector: bytes) -> tuple[float, ...]:
    return struct.unpack(f"<{len(vector) // 4}f", vector[: len(vector) // 4 * 4])
