"""A file as a transcript: read within bounds, by the format that its name tells."""

import codecs
import hashlib
from dataclasses import dataclass
from pathlib import Path

from core.domain import ContentHash, Segment, Transcript, TranscriptId, TranslatableText
from core.domain.errors import (
    ImportDamaged,
    ImportEmpty,
    ImportFormatUnknown,
    ImportNotOpened,
    ImportNotTranscript,
    ImportNotUnicode,
    ImportTooLarge,
    ImportTooNew,
)
from core.domain.file_location import shown_name
from core.domain.languages import UNDETERMINED, language_code
from core.imports.json_transcript import JsonTranscript, NewerVersionError, read_json
from core.imports.limits import MOST_BYTES, NotReadableError, TooLargeError, checked
from core.imports.subtitles import DamagedLineError, read_srt, read_vtt

IMPORT_SUFFIXES = (".srt", ".vtt", ".json")

IMPORTED = "imported"
"""The provider of a transcript whose file doesn't say who made it."""


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """What was in a file: `name` is what the recording is called there, else what the file is called."""

    name: str
    content: ContentHash
    transcript: Transcript


@dataclass(frozen=True, slots=True)
class ImportedTranscripts:
    """The entries that were made, in the order of their files, and why the other files gave none."""

    transcript_ids: tuple[TranscriptId, ...] = ()
    failures: tuple[TranslatableText, ...] = ()


def read_transcript(file: Path) -> ImportedFile:
    """The transcript in a file. Raises `ImportFailed`'s children. Blocks."""
    name, suffix = shown_name(file), file.suffix.lower()
    if suffix not in IMPORT_SUFFIXES:
        raise ImportFormatUnknown(name=name)
    try:
        with file.open("rb") as opened:
            data = opened.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise ImportNotOpened(name=name) from error
    if len(data) > MOST_BYTES:
        raise ImportTooLarge(name=name)
    try:
        found = _found(_decoded(data), suffix)
        segments = checked(found.segments)
    except UnicodeDecodeError as error:
        raise ImportNotUnicode(name=name) from error
    except DamagedLineError as error:
        raise ImportDamaged(name=name, line=error.line) from error
    except NewerVersionError as error:
        raise ImportTooNew(name=name) from error
    except NotReadableError as error:
        raise ImportNotTranscript(name=name) from error
    except TooLargeError as error:
        raise ImportTooLarge(name=name) from error
    if not segments:
        raise ImportEmpty(name=name)
    return ImportedFile(
        found.name or name, ContentHash(hashlib.sha256(data).hexdigest()), _transcript(found, segments, suffix)
    )


def _decoded(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16")
    return data.decode("utf-8-sig")


def _found(text: str, suffix: str) -> JsonTranscript:
    if suffix == ".json":
        return read_json(text)
    return JsonTranscript(read_srt(text) if suffix == ".srt" else read_vtt(text))


def _transcript(found: JsonTranscript, segments: tuple[Segment, ...], suffix: str) -> Transcript:
    last_s = max(segment.end_s for segment in segments)
    language = (language_code(found.language) if found.language else None) or UNDETERMINED
    return Transcript(
        segments,
        language,
        max(found.duration_s or 0.0, last_s),
        found.provider or IMPORTED,
        found.model or suffix.removeprefix("."),
    )
