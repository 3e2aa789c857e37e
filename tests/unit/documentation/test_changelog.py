"""The changelog's newest section is of the version that the sources have."""

import re

from core import __version__
from tests.unit.documentation.pages import REPOSITORY, fail_with

_SECTION = re.compile(r"^## \[([^\]]+)\] - (unreleased|\d{4}-\d{2}-\d{2})$", re.MULTILINE)


def test_the_newest_section_is_of_this_version() -> None:
    sections = _SECTION.findall((REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8"))
    newest = sections[0][0] if sections else "nothing"
    if newest != __version__:
        fail_with([f"CHANGELOG.md begins with {newest}, but core/__init__.py has {__version__}. Mend one of them."])
