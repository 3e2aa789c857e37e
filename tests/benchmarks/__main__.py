"""Run the benchmarks: `python -m tests.benchmarks [NAME ...] [--json FILE]`."""

import argparse
import json
import os
import platform
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.benchmarks import (
    bot,
    cache,
    film,
    memory,
    repeat,
    sandbox,
    smoothness,
    stages,
    startup,
    telegram_download,
    throughput,
    transcribe,
    upload,
    webhook,
)

BENCHMARKS = {
    "startup": startup.measure,
    "repeat": repeat.measure,
    "smoothness": smoothness.measure,
    "transcribe": transcribe.measure,
    "memory": memory.measure,
    "sandbox": sandbox.measure,
    "throughput": throughput.measure,
    "cache": cache.measure,
    "stages": stages.measure,
    "film": film.measure,
    "upload": upload.measure,
    "bot": bot.measure,
    "webhook": webhook.measure,
    "telegram_download": telegram_download.measure,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--json", type=Path, default=Path("build/bench.json"))
    arguments = parser.parse_args()
    unknown = set(arguments.names) - set(BENCHMARKS)
    if unknown:
        parser.error(f"no benchmark called {', '.join(sorted(unknown))}")
    console = Console()
    figures = []
    for name in arguments.names or BENCHMARKS:
        console.print(f"measuring {name} …")
        with tempfile.TemporaryDirectory(prefix="notula-bench-") as folder:
            figures += BENCHMARKS[name](Path(folder))
    table = Table("figure", "measured", "at most", "", "how")
    for figure in figures:
        measured, limit = (f"{value:.2f} {figure.unit}" for value in (figure.value, figure.limit))
        table.add_row(figure.name, measured, limit, "✓" if figure.is_reached else "✗", figure.detail)
    console.print(table)
    machine = {"processors": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()}
    arguments.json.parent.mkdir(parents=True, exist_ok=True)
    measured = {"at": time.strftime("%Y-%m-%dT%H:%M:%S%z"), "machine": machine, "figures": [asdict(f) for f in figures]}
    arguments.json.write_text(json.dumps(measured, indent=2), encoding="utf-8")
    console.print(f"kept as {arguments.json}")


if __name__ == "__main__":
    main()
