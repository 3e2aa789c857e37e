"""Three hours need no more memory than three minutes, and nothing but the database and the log is written."""

from pathlib import Path

from tests.benchmarks.figure import Figure
from tests.benchmarks.processes import Run, run
from tests.benchmarks.recordings import make_recording
from tests.benchmarks.scale import Scale

SHORT_S = 3 * 60
LONG_S = 3 * 3600
MB = 1e6


def measure(folder: Path, scale: Scale) -> list[Figure]:
    """The whole tree of processes: ours, the decoder's, the engine's."""
    short_s, long_s = scale.of(SHORT_S, 10), scale.of(LONG_S, 20)
    short = _transcribe(make_recording(folder / "three-minutes.wav", short_s), folder)
    long = _transcribe(make_recording(folder / "three-hours.wav", long_s), folder)
    kept = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file() and file.suffix != ".wav")
    detail = f"peak {long.peak_bytes / MB:.0f} MB against {short.peak_bytes / MB:.0f} MB, all processes together"
    return [
        Figure("3 hours' memory above 3 minutes'", (long.peak_bytes - short.peak_bytes) / MB, 60, "MB", detail),
        Figure("3 hours' real-time factor", long.seconds / long_s, 1.0, "", f"{long.seconds:.0f} s"),
        Figure(
            "written to disk", long.written_bytes / MB, 5, "MB", f"{kept / MB:.1f} MB of database and log in the end"
        ),
    ]


def _transcribe(recording: Path, folder: Path) -> Run:
    arguments = ["-m", "core.cli", "transcribe", str(recording), "--language", "en"]
    return run(arguments, folder / recording.stem, watch=True)
