"""What was left out of folders, and the sentences about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from core.domain.translatable_text import TranslatableValue

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class LeftOut:
    """The names of files that are no recordings, or hidden ones, and of folders that weren't looked into."""

    files: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()


class Translates(Protocol):
    """What translates a sentence with a number in it: a `Translator`."""

    def plural(self, one: str, many: str, count: int, **values: TranslatableValue) -> str:
        """The form that fits `count`."""
        ...


def left_out_sentences(tr: Translates, left_out: LeftOut) -> tuple[str, ...]:
    """How many files and folders were left out, the first of their names, and what to do about it."""
    sentences = []
    if left_out.files:
        sentences.append(
            tr.plural(
                "{count} file was left out, as it doesn't look like a recording, or is hidden: {names}. Name it to try "
                "it all the same.",
                "{count} files were left out, as they don't look like recordings, or are hidden: {names}. Name them to "
                "try them all the same.",
                len(left_out.files),
                names=_shown(left_out.files),
            )
        )
    if left_out.folders:
        sentences.append(
            tr.plural(
                "{count} folder was left out, as it is a link, or you may not open it: {names}. Name it to look into "
                "it, or change its permissions.",
                "{count} folders were left out, as they are links, or you may not open them: {names}. Name them to "
                "look into them, or change their permissions.",
                len(left_out.folders),
                names=_shown(left_out.folders),
            )
        )
    return tuple(sentences)


def _shown(names: Sequence[str]) -> str:
    return ", ".join(names[:_SHOWN]) + (" …" if len(names) > _SHOWN else "")
