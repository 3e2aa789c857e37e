"""A recording that was transcribed before, from submitting it to having its transcript."""

import asyncio
import statistics
import time
from pathlib import Path

from core.app.notula import Notula
from core.config import Folders, Settings
from core.domain import Requester, TranscriptionOptions
from tests.benchmarks.figure import Figure
from tests.benchmarks.recordings import make_recording
from tests.benchmarks.scale import Scale

MINUTES = 10
REPEATS = 20
STARTS = 5
OPTIONS = TranscriptionOptions(language="en", beam_size=1)


def measure(folder: Path, scale: Scale) -> list[Figure]:
    """The file's hash is computed every time; its transcript comes from memory, or from disk after a restart."""
    repeats, starts = scale.of(REPEATS, 2), scale.of(STARTS, 1)
    recording = make_recording(folder / "recording.wav", scale.of(MINUTES * 60, 10))
    first_s, warm_s, cold_s = asyncio.run(_repeat(recording, folder, repeats, starts))
    size = f"{recording.stat().st_size / 1e6:.0f} MB of WAV"
    return [
        Figure(
            "repeated file", warm_s * 1000, 50, "ms", f"median of {repeats}, {size}; the first time {first_s:.1f} s"
        ),
        Figure("repeated file after a restart", cold_s * 1000, 50, "ms", f"median of {starts} starts, {size}"),
    ]


async def _repeat(recording: Path, folder: Path, repeats: int, starts: int) -> tuple[float, float, float]:
    folders = Folders(folder / "config", folder / "data", folder / "cache", folder / "log")
    notula = Notula(Settings(), folders)
    await notula.start()
    first_s = await _time_one(notula, recording)
    warm = [await _time_one(notula, recording) for _ in range(repeats)]
    await notula.stop()
    cold = []
    for _ in range(starts):
        notula = Notula(Settings(), folders)
        await notula.start()
        cold.append(await _time_one(notula, recording))
        await notula.stop()
    return first_s, statistics.median(warm), statistics.median(cold)


async def _time_one(notula: Notula, recording: Path) -> float:
    begun = time.perf_counter()
    (job_id,) = await notula.jobs.submit([recording], Requester("benchmark"), options=OPTIONS)
    job = await notula.jobs.wait(job_id)
    assert job.transcript_id is not None
    stored = await notula.transcripts.get(job.transcript_id)
    assert stored is not None
    return time.perf_counter() - begun
