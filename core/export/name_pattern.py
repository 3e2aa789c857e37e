"""The pattern by which the files of many transcripts are named."""

import re

from core.domain import StoredTranscript, TranslatableText, mark
from core.export.formats import FORMATS
from core.export.local_time import local_time
from core.export.names import file_stem, is_file_name

DEFAULT_PATTERN = "{name}.{language}.{extension}"

PLACEHOLDERS = ("name", "language", "date", "extension")

_BRACES = re.compile(r"\{([^{}]*)\}|[{}]")
_NO_CODE = re.compile(r"[^A-Za-z0-9-]")
_LONGEST_CODE = 20

_WITHOUT_NAME = mark("The pattern needs {name}: without it all files would have the same name.")
_WITHOUT_EXTENSION = mark("The pattern has to end with .{extension}, by which programs know a file's format.")
_UNKNOWN = mark("{unknown} isn't known. A pattern may have {known}.")
_IMPOSSIBLE = mark(
    "This can't be the name of a file on every computer: it is too long, or it has characters like / or :."
)


def pattern_problem(pattern: str) -> TranslatableText | None:
    """What is wrong with a pattern, None where it can be used."""
    unknown = next((found[0] for found in _BRACES.finditer(pattern) if found[1] not in PLACEHOLDERS), None)
    if unknown is not None:
        known = ", ".join(f"{{{each}}}" for each in PLACEHOLDERS)
        return TranslatableText(_UNKNOWN, {"unknown": unknown, "known": known})
    if "{name}" not in pattern:
        return TranslatableText(_WITHOUT_NAME, {"name": "{name}"})
    if not pattern.endswith(".{extension}"):
        return TranslatableText(_WITHOUT_EXTENSION, {"extension": "{extension}"})
    if pattern.count("{") > len(PLACEHOLDERS) or not is_file_name(_filled(pattern, "talk", "en", "2026-01-01", "docx")):
        return TranslatableText(_IMPOSSIBLE)
    return None


def patterned_name(pattern: str, stored: StoredTranscript, format_name: str) -> str:
    """The name of a transcript's file, which every system accepts, by a pattern without a problem."""
    entry = stored.entry
    filled = _filled(
        pattern,
        file_stem(entry.name),
        _NO_CODE.sub("", stored.transcript.language)[:_LONGEST_CODE] or "und",
        f"{local_time(entry.created_at):%Y-%m-%d}",
        FORMATS[format_name].suffix.removeprefix("."),
    )
    return filled if is_file_name(filled) else file_stem(filled) + FORMATS[format_name].suffix


def _filled(pattern: str, name: str, language: str, date: str, extension: str) -> str:
    """In one pass, so that braces in a name are left alone."""
    values = {"name": name, "language": language, "date": date, "extension": extension}
    return _BRACES.sub(lambda found: values[found[1]], pattern)
