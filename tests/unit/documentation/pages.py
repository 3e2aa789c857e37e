"""The project's Markdown pages, read far enough to check what they name: links, headings, code spans, code blocks."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[3]

_FENCE = re.compile(r"\s*```(\w*)")
_CODE_SPAN = re.compile(r"`([^`]+)`")
_LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\[\]]*\])*\]\(([^()\s]+)\)")
_HEADING = re.compile(r"#{1,6} (.*)")


@dataclass(frozen=True, slots=True)
class Found:
    """A text that a page holds, and the line that it begins in (from 1)."""

    page: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line} names `{self.text}`"


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """A fenced block: its language, and the number of its first line of code."""

    page: str
    line: int
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """One Markdown file. `name` is its path from the project's folder."""

    name: str
    code_spans: tuple[Found, ...]
    links: tuple[Found, ...]
    anchors: frozenset[str]
    code_blocks: tuple[CodeBlock, ...]

    @property
    def folder(self) -> Path:
        """The folder that its relative links begin in."""
        return (REPOSITORY / self.name).parent


@cache
def pages() -> tuple[Page, ...]:
    """All pages about the project as it is now, so without the changelog, which may name what once was."""
    files = [REPOSITORY / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")]
    files += sorted((REPOSITORY / "docs").rglob("*.md"))
    return tuple(read_page(file) for file in files)


def code_spans(*names: str) -> Iterator[Found]:
    """All code spans, or those of the pages with these names."""
    return (span for page in pages() if not names or page.name in names for span in page.code_spans)


def code_blocks() -> Iterator[CodeBlock]:
    """All code blocks of all pages."""
    return (block for page in pages() for block in page.code_blocks)


def read_page(file: Path) -> Page:
    """Read one Markdown file."""
    name = file.relative_to(REPOSITORY).as_posix()
    blocks: list[CodeBlock] = []
    prose: list[tuple[int, str]] = []
    fence: tuple[int, str] | None = None
    code: list[str] = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        opening = _FENCE.match(line)
        if fence is None and opening:
            fence, code = (number + 1, opening[1]), []
        elif fence is not None and opening:
            blocks.append(CodeBlock(name, *fence, "\n".join(code)))
            fence = None
        elif fence is not None:
            code.append(line)
        else:
            prose.append((number, line))
    assert fence is None, f"{name}: the code block that begins in line {fence} has no end."
    headings = [heading[1] for _, line in prose if (heading := _HEADING.match(line))]
    return Page(
        name,
        tuple(Found(name, number, match[1]) for number, line in prose for match in _CODE_SPAN.finditer(line)),
        tuple(Found(name, number, match[1]) for number, line in prose for match in _LINK.finditer(line)),
        frozenset(_anchors(headings)),
        tuple(blocks),
    )


def _anchors(headings: Iterable[str]) -> Iterator[str]:
    """The part behind the # in links to these headings, as GitHub makes it:

    https://docs.github.com/en/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax#section-links
    """
    seen: dict[str, int] = {}
    for heading in headings:
        anchor = re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
        count = seen.get(anchor, 0)
        seen[anchor] = count + 1
        yield f"{anchor}-{count}" if count else anchor


def fail_with(problems: Iterable[str]) -> None:
    """Fail with all of these sentences, if there are any."""
    if found := list(dict.fromkeys(problems)):
        pytest.fail("The documentation and the project differ.\n" + "\n".join(found), pytrace=False)
