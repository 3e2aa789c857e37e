"""Entries of the keyring: lists of keys, however long, and the list of those that there are.

Windows keeps 1280 characters an entry (https://github.com/jaraco/keyring/issues/540), so a longer text goes into
several. Most backends can't say what they hold, so an entry of its own names the others, and holds no secret.
"""

import json
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from core.domain.errors import KeyNameUnknown
from core.secrets.names import KeyId
from core.secrets.system_keyring import SERVICE, Backend

LONGEST_ENTRY_CHARACTERS = 1200
_INDEX = "entries"
"""No entry of a key has this name: those hold a slash."""


class EntryBook:
    """Reads and writes entries of one backend. Blocks; raises what the backend raises."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def read(self, key: KeyId) -> tuple[str, ...]:
        """The keys in their order; none where there is no entry, or one that isn't ours."""
        return self._read_list(key.entry)

    def write(self, key: KeyId, secrets: Sequence[str]) -> None:
        """Put these keys in place of any others; without keys the entry goes away."""
        if secrets:
            # The index first: an entry that it names and that isn't there does no harm, the other way round it does.
            self._write_index({*self._indexed(), key.entry})
            self._write_text(key.entry, json.dumps(list(secrets)))
        else:
            self._delete_text(key.entry)
            self._write_index(self._indexed() - {key.entry})

    def entries(self) -> tuple[KeyId, ...]:
        """Those that were written, the default profile's first."""
        keys = []
        for entry in self._indexed():
            with suppress(KeyNameUnknown):
                keys.append(KeyId.of_entry(entry))
        return tuple(sorted(keys))

    def _indexed(self) -> set[str]:
        return set(self._read_list(_INDEX))

    def _write_index(self, entries: set[str]) -> None:
        if entries != self._indexed():
            self._write_text(_INDEX, json.dumps(sorted(entries)))

    def _read_list(self, entry: str) -> tuple[str, ...]:
        content = _parsed(self._read_text(entry))
        return tuple(item for item in content if isinstance(item, str)) if isinstance(content, list) else ()

    def _read_text(self, entry: str) -> str:
        first = self._backend.get_password(SERVICE, entry) or ""
        parts = _part_names(entry, first)
        return "".join(self._backend.get_password(SERVICE, part) or "" for part in parts) if parts else first

    def _write_text(self, entry: str, text: str) -> None:
        """New parts get new names and are written before the entry that names them: a reader sees old or new."""
        before = self._backend.get_password(SERVICE, entry) or ""
        first = text
        if len(text) > LONGEST_ENTRY_CHARACTERS:
            count = -(-len(text) // LONGEST_ENTRY_CHARACTERS)
            first = json.dumps({"parts": count, "generation": _generation(before) + 1})
            for number, part in enumerate(_part_names(entry, first)):
                start = number * LONGEST_ENTRY_CHARACTERS
                self._backend.set_password(SERVICE, part, text[start : start + LONGEST_ENTRY_CHARACTERS])
        self._backend.set_password(SERVICE, entry, first)
        self._delete(_part_names(entry, before))

    def _delete_text(self, entry: str) -> None:
        parts = _part_names(entry, self._backend.get_password(SERVICE, entry) or "")
        self._delete([entry, *parts])

    def _delete(self, entries: Sequence[str]) -> None:
        from keyring.errors import PasswordDeleteError

        for entry in entries:
            with suppress(PasswordDeleteError):  # It wasn't there.
                self._backend.delete_password(SERVICE, entry)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _part_names(entry: str, first: str) -> list[str]:
    content = _parsed(first)
    if not isinstance(content, dict) or not isinstance(content.get("parts"), int):
        return []
    return [f"{entry}#{_generation(first)}.{number}" for number in range(content["parts"])]


def _generation(first: str) -> int:
    content = _parsed(first)
    generation = content.get("generation") if isinstance(content, dict) else None
    return generation if isinstance(generation, int) else 0
