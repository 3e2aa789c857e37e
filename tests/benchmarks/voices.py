"""Who speaks when, told on this computer: the diarization error, the number of people, and what it costs.

The models are the exported ones of the shared test data; without them, and the talks, there is nothing to measure.
"""

import asyncio
from pathlib import Path

import psutil

from core.domain import SpeechChunk
from core.domain.speech import BYTES_PER_SECOND
from core.providers import OnDeviceVoices
from core.voices import Decision
from tests.benchmarks.diarization_error import Spoken, diarization_error
from tests.benchmarks.figure import Figure
from tests.benchmarks.scale import Scale
from tests.benchmarks.talks import Talk, talks, through_telephone
from tests.voices_models import MODELS, library_with_voices

MOST_WRONG_PERCENT = 6.0
MOST_CPU_S = 0.05
"""For a second of sound."""

_CHUNK_S = 90


def measure(folder: Path, scale: Scale) -> list[Figure]:
    """The error and the count over all talks, and the processor time."""
    chosen = talks()[: scale.of(10, 1)]
    if not MODELS.is_dir() or not chosen:
        return []
    return asyncio.run(_measure(folder, chosen))


async def _measure(folder: Path, chosen: list[Talk]) -> list[Figure]:
    teller = OnDeviceVoices(library_with_voices(folder / "models"))
    wrong: dict[str, float] = {}
    counts: dict[str, tuple[int, int]] = {}
    try:
        await teller.hear(SpeechChunk.of_pcm(0, 0.0, bytes(BYTES_PER_SECOND)))  # Loads the models.
        begun_s = _cpu_s(teller)
        for talk in chosen:
            decision = await _told(teller, talk)
            found = [Spoken(turn.start_s, turn.end_s, str(turn.speaker)) for turn in decision.turns]
            wrong[talk.name] = 100 * diarization_error(talk.turns, found).rate
            counts[talk.name] = (talk.people, len(decision.voices))
        telephone = await _counts(teller, [through_telephone(talk) for talk in chosen])
        cost_s = (_cpu_s(teller) - begun_s) / (2 * sum(talk.duration_s for talk in chosen))
    finally:
        await teller.close()
    return [
        Figure(
            "speech of the wrong person or of nobody",
            sum(wrong.values()) / len(wrong),
            MOST_WRONG_PERCENT,
            "%",
            ", ".join(f"{name} {percent:.1f} %" for name, percent in wrong.items()),
        ),
        Figure(
            "talks with a wrong number of people",
            sum(people != found for people, found in counts.values()),
            0,
            "talks",
            ", ".join(f"{name} {found} of {people}" for name, (people, found) in counts.items()),
        ),
        Figure(
            "talks with a wrong number of people, through a telephone",
            sum(people != found for people, found in telephone.values()),
            0,
            "talks",
            ", ".join(f"{name} {found} of {people}" for name, (people, found) in telephone.items()),
        ),
        Figure("telling speakers apart", cost_s, MOST_CPU_S, "s", "processor time for a second of sound"),
    ]


async def _counts(teller: OnDeviceVoices, chosen: list[Talk]) -> dict[str, tuple[int, int]]:
    """How many people speak in each talk, and how many were found."""
    return {talk.name: (talk.people, len((await _told(teller, talk)).voices)) for talk in chosen}


async def _told(teller: OnDeviceVoices, talk: Talk) -> Decision:
    size = _CHUNK_S * BYTES_PER_SECOND
    chunks = [
        SpeechChunk.of_pcm(index, start / BYTES_PER_SECOND, talk.pcm[start : start + size])
        for index, start in enumerate(range(0, len(talk.pcm), size))
    ]
    return await teller.decide([await teller.hear(chunk) for chunk in chunks])


def _cpu_s(teller: OnDeviceVoices) -> float:
    used = [psutil.Process(pid).cpu_times() for pid in teller.pids]
    return float(sum(times.user + times.system for times in used))
