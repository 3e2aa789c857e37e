"""Many transcripts written at once: to one folder, beside their recordings, or into one ZIP file."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePath
from typing import Protocol

from core.domain import StoredTranscript, TranslatableText
from core.domain.file_location import folder_of
from core.domain.translatable_text import distinct
from core.export.failures import export_failure
from core.export.files import numbered_file, on_this_system, replace_file, replacing
from core.export.formats import export_notices, is_empty, render
from core.export.name_pattern import DEFAULT_PATTERN, patterned_name
from core.export.subtitles.rules import STANDARD, SubtitleRules


class ExportPlace(StrEnum):
    """Where the files go."""

    FOLDER = "folder"
    BESIDE = "beside"
    """Each to the folder of its recording."""
    ARCHIVE = "archive"


class ExistingFile(StrEnum):
    """What to do where there is a file of the same name."""

    NUMBER = "number"
    SKIP = "skip"
    REPLACE = "replace"


@dataclass(frozen=True, slots=True)
class ExportPlan:
    """What is to be written, and where; `target` is the folder or the ZIP file, None beside the recordings."""

    formats: tuple[str, ...]
    place: ExportPlace
    target: Path | None = None
    pattern: str = DEFAULT_PATTERN
    existing: ExistingFile = ExistingFile.NUMBER
    with_notes: bool = False
    """Whether what was noted about a transcript goes into the formats that hold notes."""


@dataclass(frozen=True, slots=True)
class WrittenTranscript:
    """What became of one transcript's files. Where it is `homeless`, its recording is in no folder of this computer."""

    folder: Path | None = None
    written: int = 0
    skipped: int = 0
    is_speechless: bool = False
    is_homeless: bool = False
    rule_notices: tuple[TranslatableText, ...] = ()
    """Which of the rules its subtitles could not keep."""


@dataclass(frozen=True, slots=True)
class ExportedMany:
    """What was written, and what is to be known of the rest. `folder` is one that was written to, if any was."""

    transcripts: int
    files: int
    folder: Path | None
    notices: tuple[TranslatableText, ...] = ()


class TranscriptWriter(Protocol):
    """Writes one transcript after the other."""

    def add(self, stored: StoredTranscript, rules: SubtitleRules = STANDARD) -> WrittenTranscript:
        """Write it in all of the plan's formats. Raises `ExportFailed`. Blocks."""


@contextmanager
def transcript_writer(plan: ExportPlan) -> Iterator[TranscriptWriter]:
    """What writes by this plan. A ZIP file takes its place at the end, and where that isn't reached there is none.

    Raises `ExportFailed`. Blocks.
    """
    if plan.place is not ExportPlace.ARCHIVE:
        yield _FolderWriter(plan)
        return
    assert plan.target is not None
    try:
        with replacing(plan.target) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
            yield _ArchiveWriter(plan, archive)
    except (OSError, ValueError) as error:
        raise export_failure(error, plan.target.name, plan.target.parent) from error


class _FolderWriter:
    def __init__(self, plan: ExportPlan) -> None:
        self._plan = plan

    def add(self, stored: StoredTranscript, rules: SubtitleRules = STANDARD) -> WrittenTranscript:
        folder = self._plan.target if self._plan.place is ExportPlace.FOLDER else folder_of(stored.entry.location)
        if folder is None:
            return WrittenTranscript(is_homeless=True)
        written = skipped = 0
        notices: list[TranslatableText] = []
        formats = [name for name in self._plan.formats if not is_empty(stored, name)]
        for format_name in formats:
            file = folder / on_this_system(patterned_name(self._plan.pattern, stored, format_name))
            if self._plan.existing is ExistingFile.SKIP and file.exists():
                skipped += 1
                continue
            content = render(stored, format_name, rules)
            if self._plan.existing is ExistingFile.REPLACE:
                replace_file(file, content)
            else:
                numbered_file(file, content)
            written += 1
            notices += export_notices(stored, format_name, rules)
        return WrittenTranscript(folder, written, skipped, is_speechless=not formats, rule_notices=distinct(notices))


class _ArchiveWriter:
    """Names that differ in nothing but case are one on many systems: the second gets a number."""

    def __init__(self, plan: ExportPlan, archive: zipfile.ZipFile) -> None:
        self._plan = plan
        self._archive = archive
        self._taken: set[str] = set()

    def add(self, stored: StoredTranscript, rules: SubtitleRules = STANDARD) -> WrittenTranscript:
        assert self._plan.target is not None
        formats = [name for name in self._plan.formats if not is_empty(stored, name)]
        for format_name in formats:
            name = self._free_name(patterned_name(self._plan.pattern, stored, format_name))
            self._archive.writestr(name, render(stored, format_name, rules))
        notices = distinct(notice for name in formats for notice in export_notices(stored, name, rules))
        return WrittenTranscript(
            self._plan.target.parent, len(formats), is_speechless=not formats, rule_notices=notices
        )

    def _free_name(self, name: str) -> str:
        path, free, number = PurePath(name), name, 1
        while free.casefold() in self._taken:
            number += 1
            free = f"{path.stem} ({number}){path.suffix}"
        self._taken.add(free.casefold())
        return free
