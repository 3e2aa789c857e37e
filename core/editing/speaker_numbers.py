"""Numbers of the speakers of a document that is edited, by which each keeps its colour under whatever name."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from core.domain.transcript import Segment
from core.domain.visible import one_line
from core.editing.document import Document, Edit


@dataclass(frozen=True)
class SpeakerNumbers:
    """Counted from 1 by first appearance. No two speakers of the document have the same.

    A name that is in the document no more keeps its number for as long as no other speaker has that.
    """

    by_name: Mapping[str, int]

    @classmethod
    def of(cls, document: Document) -> "SpeakerNumbers":
        """Of a document that is opened."""
        names = dict.fromkeys(name for one in document.segments if (name := _speaker(one.segment)))
        return cls({name: number for number, name in enumerate(names, 1)})

    def __getitem__(self, name: str) -> int:
        """The number of a speaker of the document; 0 for any other name."""
        return self.by_name.get(one_line(name), 0)

    def after(self, edit: Edit, document: Document) -> "SpeakerNumbers":
        """The numbers once the edit has left this document.

        A speaker all of whose segments have another name now is renamed, and keeps the number: unless that is the name
        of one who was there before and stays.
        """
        changed = _changed_names(edit)
        if not changed and not _has_new_name(edit):
            return self  # As at nearly every edit; else all of the document is looked at.
        present = Counter(name for one in document.segments if (name := _speaker(one.segment)))
        renamed = _renamed(changed, present)
        numbers = dict(self.by_name)
        for new in set(renamed.values()):
            numbers[new] = min(self[old] for old, name in renamed.items() if name == new)
        return SpeakerNumbers(_distinct(numbers, present, set(renamed.values())))


def _has_new_name(edit: Edit) -> bool:
    """Whether somebody speaks who didn't where the edit is: a name may come back, or be a new one."""
    for splice in edit.splices:
        before = {one.segment.speaker for one in splice.before}
        if any(one.segment.speaker and one.segment.speaker not in before for one in splice.after):
            return True
    return False


def _changed_names(edit: Edit) -> Counter[tuple[str, str]]:
    """How many segments that stay have changed from one name, or none, to another."""
    return Counter(
        (_speaker(before.segment), _speaker(after.segment))
        for splice in edit.splices
        for before, after in zip(splice.before, splice.after, strict=False)
        if before.id == after.id and before.segment.speaker != after.segment.speaker
    )


def _renamed(changed: Counter[tuple[str, str]], present: Mapping[str, int]) -> dict[str, str]:
    """Who has another name in all segments, by the earlier name; not who has become one that was there and stays."""
    gained, lost = Counter[str](), Counter[str]()
    for (old, new), count in changed.items():
        lost[old] += count
        gained[new] += count
    sources = Counter(old for old, _ in changed)
    found = {
        old: new for old, new in changed if old and new and sources[old] == 1 and present.get(old, 0) == gained[old]
    }
    return {
        old: new for old, new in found.items() if new in found or present.get(new, 0) - gained[new] + lost[new] == 0
    }


def _distinct(numbers: dict[str, int], present: Mapping[str, int], renamed: set[str]) -> dict[str, int]:
    """Give speakers who have no number, or that of another one, a number that nobody has had."""
    taken: set[int] = set()
    for name in sorted(present, key=lambda one: one not in renamed):  # Whoever was renamed keeps the number.
        if name not in numbers or numbers[name] in taken:
            numbers[name] = max(numbers.values(), default=0) + 1
        taken.add(numbers[name])
    return numbers


def _speaker(segment: Segment) -> str:
    return one_line(segment.speaker or "")
