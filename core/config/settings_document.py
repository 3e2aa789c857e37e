"""The text of `settings.toml`: what it says, on which line, and how it is written without losing anything else."""

import re
import stat
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from core.domain import TranslatableText, mark
from core.domain.errors import SettingsNotSaved, SettingsUnusable
from core.domain.provider_settings import becomes_zero
from core.domain.write_failure import write_failure
from core.system.folder_lock import folder_lock
from core.system.private_files import NotPrivate, make_folder, refuse_planted_settings, replace_text

LARGEST_BYTES = 1_000_000
"""All settings together have some thousand bytes; a vocabulary may have more."""

_SYNTAX = mark(
    "Notula doesn't start, because line {line} of {path} can't be understood. "
    "Correct it; or move the file away, which puts back every default."
)
_LAID_OUT = mark("the file is laid out in a way that can't be changed safely. Change it in an editor.")
_NO_TEXT = mark(
    "Notula doesn't start, because {path} isn't text in UTF-8. "
    "Save it as UTF-8; or move the file away, which puts back every default."
)
_EMPTY = mark(
    "Notula doesn't start, because {path} is empty, as after a power cut. "
    "Put back what it held; or delete the file, which puts back every default."
)
_UNREADABLE = mark("Notula doesn't start, because the settings in {path} can't be read: {reason}. Make them readable.")


@dataclass(frozen=True, slots=True)
class SettingsDocument:
    """What was read: the text, and its values as TOML has them."""

    text: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)

    def line_of(self, name: str) -> int:
        """The line, counted from 1, on which a value is set; `name` may be dotted, such as `services.home.model`."""
        start, parts = 0, name.split(".")
        for place in range(len(parts)):
            table = r"\s*\.\s*".join(_quoted(part) for part in parts[: place + 1])
            key = _quoted(parts[place])
            found = re.compile(
                rf"^\s*\[+\s*{table}\s*[\].]|^\s*(?:[\w.\"' -]*\.\s*)?{key}\s*[=.]|[{{,]\s*{key}\s*=", re.M
            )
            match = found.search(self.text, start)
            if match is None:
                break
            start = match.start() + len(match[0]) - len(match[0].lstrip())
        return self.text.count("\n", 0, start) + 1


def _quoted(part: str) -> str:
    return rf"[\"']?{re.escape(part)}[\"']?"


def read_document(file: Path) -> SettingsDocument:
    """The file's content; nothing where there is no file. Raises `SettingsUnusable` for one that can't be used."""
    try:
        content = _content(file)
    except NotPrivate as error:
        raise SettingsUnusable([error.message]) from error
    except OSError as error:
        # Where a link leads nowhere there were settings, which are missing.
        if isinstance(error, FileNotFoundError) and not file.is_symlink():
            return SettingsDocument()
        reason = error.strerror or type(error).__name__
        raise SettingsUnusable([TranslatableText(_UNREADABLE, {"path": str(file), "reason": reason})]) from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SettingsUnusable([TranslatableText(_NO_TEXT, {"path": str(file)})]) from error
    if not text.strip():  # Notula writes at least a comment.
        raise SettingsUnusable([TranslatableText(_EMPTY, {"path": str(file)})])
    try:
        return SettingsDocument(text, values_in(text))
    except (ValueError, RecursionError) as error:
        line = _line_in(str(error), text)
        raise SettingsUnusable([TranslatableText(_SYNTAX, {"line": line, "path": str(file)})]) from error


def values_in(text: str) -> dict[str, Any]:
    """Of a text in TOML; a number too small to be told from 0 stays a text. Raises ValueError and RecursionError."""
    return tomllib.loads(text, parse_float=lambda number: number if becomes_zero(number) else float(number))


def _content(file: Path) -> bytes:
    """Raises `NotPrivate`, and OSError, also for what is no file: to open a pipe would wait for a writer."""
    if not stat.S_ISREG(file.stat().st_mode):
        raise OSError(None, "not a file")
    with file.open("rb") as opened:
        refuse_planted_settings(file, opened.fileno())
        content = opened.read(LARGEST_BYTES + 1)
    if len(content) > LARGEST_BYTES:
        raise OSError(None, "too large")
    return content


def _line_in(problem: str, text: str) -> int:
    """The line that tomllib names in `… (at line 3, column 5)`; else the last one, where the text ended too early."""
    match = re.search(r"\(at line (\d+), column \d+\)", problem)
    return int(match[1]) if match else text.rstrip("\n").count("\n") + 1


@contextmanager
def only_process_to_write(file: Path) -> Iterator[None]:
    """Keep other processes of ours from changing the file between our reading and our writing. Blocks for some seconds.

    Raises `SettingsNotSaved` where another one, halted in the middle of writing perhaps, doesn't finish meanwhile.
    """
    with ExitStack() as locked:
        try:
            locked.enter_context(folder_lock(file.parent))
        except OSError as error:
            raise SettingsNotSaved(path=str(file), reason=write_failure(error)) from error
        yield


def write_values(document: SettingsDocument, values: Mapping[str, Any], file: Path) -> SettingsDocument:
    """Write these values into the document, keep comments and everything else, and return what the file is then.

    Atomic, and on the disk once this returns. Values are of JSON's types. Raises `SettingsNotSaved`.
    """
    try:
        tree = tomlkit.parse(document.text)
        if not document.text:
            tree.add(tomlkit.comment("Notula's settings. Notula changes values and keeps comments."))
        for name, value in values.items():
            _put(tree, name, value)
        text = tomlkit.dumps(tree)
        written = SettingsDocument(text, values_in(text))
    except (TOMLKitError, ValueError) as error:
        raise SettingsNotSaved(path=str(file), reason=TranslatableText(_LAID_OUT)) from error
    if _filled(written.values) != _filled({**document.values, **values}):
        # A file laid out in a way that the editing of TOML has mistaken: better nothing than something else.
        raise SettingsNotSaved(path=str(file), reason=TranslatableText(_LAID_OUT))
    try:
        make_folder(file.parent)
        replace_text(file.resolve(), text)  # A link stays one.
    except OSError as error:
        raise SettingsNotSaved(path=str(file), reason=write_failure(error)) from error
    except RuntimeError as error:  # Links that lead to each other.
        raise SettingsNotSaved(path=str(file), reason=write_failure(OSError())) from error
    return written


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    """Without empty tables, which TOML may leave out."""
    return {name: value for name, value in values.items() if value != {}}


def _put(table: Any, name: str, value: Any) -> None:
    """Set a value; in a table only what differs, so that the comments of the rest stay."""
    there = table.get(name)
    if not isinstance(value, dict) or not isinstance(there, dict):
        if there != value:
            table[name] = value
        return
    for key in [key for key in there if key not in value]:
        del there[key]
    for key, part in value.items():
        _put(there, key, part)
