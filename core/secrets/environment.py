"""Keys on a server without a keyring: in environment variables, or in files that they name.

`NOTULA_GROQ_KEY=one,two` holds keys, `NOTULA_GROQ_KEY_FILE=/run/secrets/groq` names a file with one a line, as
containers and systemd (https://systemd.io/CREDENTIALS/) hand them in. Where both are set, the first wins.
"""

import logging
import os
import re
import stat
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from core.domain.errors import KeyFileUnreadable

logger = logging.getLogger(__name__)

_LARGEST_FILE_BYTES = 64 * 1024
_VARIABLE = re.compile(r"NOTULA_([A-Z0-9][A-Z0-9_]{0,63})_KEY(?:_FILE)?")


@dataclass(frozen=True, slots=True)
class FoundKeys:
    """Keys in their order, and the variable that holds them or names their file."""

    keys: tuple[str, ...] = field(repr=False)
    variable: str


class EnvironmentKeys:
    """Reads variables, and the files that they name."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._environment = environment
        self._warned: set[Path] = set()

    def in_variable(self, variable: str) -> FoundKeys | None:
        """The keys that the variable holds; None where it has none."""
        keys = split_keys(self._environment.get(variable, ""))
        return FoundKeys(keys, variable) if keys else None

    def file_of(self, variable: str) -> str:
        """The path that the variable's twin names; empty where it names none."""
        return self._environment.get(file_variable(variable), "").strip()

    def in_file(self, variable: str) -> FoundKeys:
        """The keys in that file. Blocks for as long as the file does. Raises `KeyFileUnreadable`."""
        of_file = file_variable(variable)
        return FoundKeys(self._read(Path(self.file_of(variable)).expanduser(), of_file), of_file)

    def names(self, but: Collection[str] = ()) -> tuple[str, ...]:
        """Names that have a variable, in small letters, but for those whose variables are given."""
        known = {*but, *map(file_variable, but)}
        matches = (_VARIABLE.fullmatch(name) for name, value in self._environment.items() if value.strip())
        found = {match[1].lower() for match in matches if match and match[0] not in known}
        return tuple(sorted(found))

    def _read(self, file: Path, variable: str) -> tuple[str, ...]:
        try:
            with file.open("rb") as opened:
                self._warn_if_open_to_all(file, os.fstat(opened.fileno()).st_mode)
                content = opened.read(_LARGEST_FILE_BYTES + 1)
            keys = split_keys(content.decode("utf-8-sig")) if len(content) <= _LARGEST_FILE_BYTES else ()
        except (OSError, UnicodeDecodeError) as error:
            raise KeyFileUnreadable(path=str(file), variable=variable) from error
        if not keys:
            raise KeyFileUnreadable(path=str(file), variable=variable)
        return keys

    def _warn_if_open_to_all(self, file: Path, mode: int) -> None:
        # No more than a warning: container engines mount secrets so that everybody in the container may read them.
        if os.name == "posix" and mode & (stat.S_IROTH | stat.S_IWOTH) and file not in self._warned:
            self._warned.add(file)
            logger.warning("Everybody on this computer may read the key in %s; chmod 600 keeps it private", file)


def file_variable(variable: str) -> str:
    """The name of the variable that names a file instead."""
    return f"{variable}_FILE"


def split_keys(text: str) -> tuple[str, ...]:
    """Keys as people write several of them: with commas, spaces or line ends between. Each once, in their order."""
    return tuple(dict.fromkeys(filter(None, re.split(r"[\s,]+", text))))
