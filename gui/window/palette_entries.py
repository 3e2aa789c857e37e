"""What the command palette finds: actions, pages, settings and recent transcripts, and the order of what fits."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum


class EntryKind(IntEnum):
    """Of entries that fit as well, these come first."""

    ACTION = 0
    PAGE = 1
    SETTING = 2
    TRANSCRIPT = 3


@dataclass(frozen=True, slots=True)
class PaletteEntry:
    """Something that can be done, or gone to."""

    kind: EntryKind
    title: str
    where: str
    """What stands behind the title in grey: the page, the section, when it was made."""

    run: Callable[[], object]
    keys: str = ""
    """As people read them; empty where there are none."""

    is_near: bool = False
    """Whether it is something of the page that is open, which comes first."""


def fitting(entries: Iterable[PaletteEntry], typed: str) -> list[PaletteEntry]:
    """The entries in which all typed words occur, the best first. Without words all, settings last: they are many."""
    words = typed.casefold().split()
    if not words:
        return sorted(entries, key=lambda one: (one.kind is EntryKind.SETTING, one.kind, not one.is_near))
    ranked = []
    for entry in entries:
        title, everything = entry.title.casefold(), f"{entry.title}\n{entry.where}".casefold()
        if all(word in everything for word in words):
            ranked.append((_distance(title, words), not entry.is_near, entry.kind, entry))
    ranked.sort(key=lambda one: one[:3])
    return [entry for *_, entry in ranked]


def _distance(title: str, words: list[str]) -> int:
    """0 where the title begins with what was typed, more the less it has of it."""
    if title.startswith(" ".join(words)):
        return 0
    beginnings = title.replace("-", " ").split()
    if all(any(one.startswith(word) for one in beginnings) for word in words):
        return 1
    return 2 if all(word in title for word in words) else 3
