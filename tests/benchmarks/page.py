"""Figures as a table in a Markdown page."""

import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from tests.benchmarks.figure import Figure

BEGIN = "<!-- measured -->"
END = "<!-- end of what was measured -->"


def write_table(page: Path, figures: Sequence[Figure]) -> None:
    """Replace what stands between the page's two marks. Raises ValueError where it lacks them."""
    before, begin, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{page} has no place for figures: it lacks {BEGIN} or {END}")
    page.write_text(f"{before}{BEGIN}\n\n{_table(figures)}\n{END}{after}", encoding="utf-8")


def _table(figures: Sequence[Figure]) -> str:
    measured = f"Measured on {datetime.now(UTC):%Y-%m-%d} with Python {platform.python_version()}, {platform.system()}."
    rows = ["| figure | measured | at most | | how |", "|---|---|---|---|---|"]
    rows += [
        f"| {figure.name} | {figure.value:.2f} {figure.unit} | {figure.limit:.2f} {figure.unit} "
        f"| {'✓' if figure.is_reached else '✗'} | {figure.detail} |"
        for figure in figures
    ]
    return "\n".join([measured, "", *rows, ""])
