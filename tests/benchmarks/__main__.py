"""Run the benchmarks: `python -m tests.benchmarks [NAME ...] [--smoke] [--json FILE] [--page FILE]`."""

import argparse
import json
import os
import platform
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.benchmarks import (
    bot,
    cache,
    film,
    idle,
    job_memory,
    long_transcript,
    memory,
    quality,
    queue_page,
    repeat,
    sandbox,
    smoothness,
    stages,
    startup,
    telegram_download,
    throughput,
    transcribe,
    upload,
    voices,
    webhook,
)
from tests.benchmarks.figure import Figure
from tests.benchmarks.page import write_table
from tests.benchmarks.scale import FULL, SMOKE, Scale

Benchmark = Callable[[Path, Scale], list[Figure]]

BENCHMARKS: dict[str, Benchmark] = {
    "startup": startup.measure,
    "repeat": repeat.measure,
    "smoothness": smoothness.measure,
    "long_transcript": long_transcript.measure,
    "queue_page": queue_page.measure,
    "idle": idle.measure,
    "job_memory": job_memory.measure,
    "transcribe": transcribe.measure,
    "memory": memory.measure,
    "sandbox": sandbox.measure,
    "throughput": throughput.measure,
    "cache": cache.measure,
    "stages": stages.measure,
    "quality": quality.measure,
    "voices": voices.measure,
    "film": film.measure,
    "upload": upload.measure,
    "bot": bot.measure,
    "webhook": webhook.measure,
    "telegram_download": telegram_download.measure,
}


def main(arguments: Sequence[str] | None = None, *, benchmarks: Mapping[str, Benchmark] = BENCHMARKS) -> int:
    """Run them one after another; 1 if one of them broke, whatever the others measured. Arguments are those of a shell.

    A figure beyond its limit isn't a failure: how fast a computer is depends on what else it does.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(benchmarks))
    parser.add_argument("--smoke", action="store_true", help="only see that each still works, with little to do")
    parser.add_argument("--json", type=Path, help="where the figures are kept (build/bench.json)")
    parser.add_argument("--page", type=Path, help="a Markdown page whose table is replaced by the figures")
    chosen = parser.parse_args(arguments)
    unknown = set(chosen.names) - set(benchmarks)
    if unknown:
        parser.error(f"no benchmark called {', '.join(sorted(unknown))}")
    scale = SMOKE if chosen.smoke else FULL
    kept_as = chosen.json or Path("build/bench-smoke.json" if chosen.smoke else "build/bench.json")
    console = Console()
    figures: list[Figure] = []
    broken: dict[str, str] = {}
    for name in chosen.names or benchmarks:
        console.print(f"measuring {name} …")
        try:
            with tempfile.TemporaryDirectory(prefix="notula-bench-") as folder:
                figures += benchmarks[name](Path(folder), scale)
        except Exception as error:  # noqa: BLE001 - what the others measure must not be lost
            console.print_exception()
            broken[name] = f"{type(error).__name__}: {error}"
        _keep(figures, broken, scale, kept_as)
    _print(console, figures, scale)
    if chosen.page and not broken:
        write_table(chosen.page, figures)
    console.print(f"kept as {kept_as}")
    for name, reason in broken.items():
        console.print(f"{name} is broken: {reason}", style="bold red", markup=False)
    return 1 if broken else 0


def _keep(figures: Sequence[Figure], broken: Mapping[str, str], scale: Scale, file: Path) -> None:
    machine = {"processors": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()}
    measured = {
        "at": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "smoke": scale.is_smoke,
        "machine": machine,
        "figures": [asdict(figure) for figure in figures],
        "broken": broken,
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(measured, indent=2), encoding="utf-8")


def _print(console: Console, figures: Sequence[Figure], scale: Scale) -> None:
    table = Table("figure", "measured", "at most", "", "how")
    for figure in figures:
        measured, limit = (f"{value:.2f} {figure.unit}" for value in (figure.value, figure.limit))
        reached = "smoke" if scale.is_smoke else "✓" if figure.is_reached else "✗"
        table.add_row(figure.name, measured, limit, reached, figure.detail)
    console.print(table)


if __name__ == "__main__":
    raise SystemExit(main())
