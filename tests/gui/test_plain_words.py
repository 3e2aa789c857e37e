"""What the window says is said in words of people who make recordings, not in those of who made the program."""

import ast
import re
from collections.abc import Iterator

import pytest

from core.domain import JobState
from core.domain.indicators import Indicator
from core.i18n import Translator
from gui.pages.dashboard.dashboard_page import DashboardPage
from gui.pages.queue.job_texts import JobTexts
from tests.conftest import REPOSITORY
from tests.gui.conftest import DesktopDriver
from tests.gui.samples import view

JARGON = r"\b(workers?|circuits?|latency|throughput|threads?|from the cache|cache hits?|in files)\b|\} x \{|\}/s\b"
TRANSLATED = {"tr", "mark", "plural", "TranslatableText"}


def sentences() -> Iterator[tuple[str, str]]:
    """All that the modules of the window have translated."""
    for file in sorted((REPOSITORY / "gui").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                called = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                if called in TRANSLATED or called == "_tr":
                    yield from (
                        (file.name, argument.value)
                        for argument in node.args[:2]
                        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
                    )


def test_the_window_speaks_of_recordings_and_not_of_what_works_on_them() -> None:
    found = list(sentences())
    assert len(found) > 500
    assert [one for one in found if re.search(JARGON, one[1], re.IGNORECASE)] == []


@pytest.mark.parametrize("language", ["en", "id"])
def test_a_text_that_was_there_at_once_says_why(language: str) -> None:
    texts = JobTexts(Translator(language))
    job = view(1, JobState.DONE, duration_s=44.0, from_cache=True)
    line, *explained = texts.explained(job).splitlines()
    assert texts.second_line(job) == line
    assert len(explained) == 1
    assert len(explained[0].split()) > 8


def test_each_figure_of_the_dashboard_is_explained(faked: DesktopDriver) -> None:
    tiles = faked.window.page(DashboardPage).tiles
    explained = {tile.accessibleDescription() for tile in tiles.values()}
    assert len(explained) == len(Indicator)
    assert all(tile.toolTip() for tile in tiles.values())
