"""A film of two gigabytes from a web server: little memory, nothing on the disk, and only the sound is fetched."""

from pathlib import Path

from tests.benchmarks.figure import Figure
from tests.benchmarks.processes import run
from tests.benchmarks.recordings import speech_samples
from tests.benchmarks.scale import Scale
from tests.benchmarks.served import served
from tests.conftest import SAMPLES
from tests.films import SOUND_RATE_HZ, SparseFile, write_film

HOURS = 1
FILM_BYTES = 2_000_000_000
PICTURES_PER_S = 4
JOB = "tests.benchmarks.pipeline_job"
MB = 1e6


def measure(folder: Path, scale: Scale) -> list[Figure]:
    """An hour of speech in an MP4 with its index at the end, over HTTP ranges, through the whole pipeline."""
    film = folder / "film.mp4"
    seconds, film_bytes = scale.of(HOURS * 3600, 30), scale.of(FILM_BYTES, 20_000_000)
    with film.open("w+b") as file:
        sound_bytes = write_film(
            SparseFile(file),
            speech_samples(seconds, SOUND_RATE_HZ),
            picture_bytes=film_bytes // (seconds * PICTURES_PER_S),
            pictures_per_s=PICTURES_PER_S,
        )
    cold = run(["-m", JOB], folder, watch=True)
    with served(SAMPLES / "beckett.wav") as server:
        warm = run(["-m", JOB, server.url], folder, watch=True)
    with served(film) as server:
        job = run(["-m", JOB, server.url], folder, watch=True)
        fetched = sum(min(length, server.size - offset) for offset, length in server.ranges)
    size = film.stat().st_size
    return [
        Figure(
            "2 GB film's memory above idle",
            (job.peak_bytes - warm.peak_bytes) / MB,
            80,
            "MB",
            f"peak {job.peak_bytes / MB:.0f} MB against {warm.peak_bytes / MB:.0f} MB once a voice note has loaded all "
            f"that a job needs, {cold.peak_bytes / MB:.0f} MB before; all processes together",
        ),
        Figure("2 GB film, written to disk", job.written_bytes / MB, 0, "MB", f"in {job.seconds:.0f} s"),
        Figure(
            "2 GB film, fetched / sound",
            fetched / sound_bytes,
            1.3,
            "",
            f"{fetched / MB:.1f} MB of {size / MB:.0f} MB in {len(server.ranges)} ranges",
        ),
    ]
