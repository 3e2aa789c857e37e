"""Storage of MTProto sessions: in the keyring, or without one in files that only the owner can read."""

import asyncio
import logging
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from core.domain.errors import KeyMissing, KeyringMissing, KeyringUnsafe
from core.system.private_files import make_folder, open_for_owner

logger = logging.getLogger(__name__)

_NAME = re.compile(r"[0-9-]{1,40}")
_LARGEST_BYTES = 10_000


class SecretStore(Protocol):
    """The part of `core.secrets.KeyStore` that sessions need. All methods raise `KeysError`."""

    async def secret(self, name: str, profile: str) -> str | None:
        """The secret of this name, None where there is none."""

    async def put(self, name: str, keys: Sequence[str], profile: str) -> None:
        """Replace the secrets of this name."""

    async def delete(self, name: str, profile: str) -> None:
        """Delete the secrets of this name. Raises `KeyMissing` where there is none."""


class SessionStore:
    """A `SessionKeeper`. Names in the keyring are `telegram-session-` and the given ones, which are numbers.

    `folder` is for systems without a keyring that is safe.
    """

    def __init__(self, keys: SecretStore, profile: str, folder: Path) -> None:
        self._keys = keys
        self._profile = profile
        self._folder = folder

    async def load(self, name: str) -> str:
        """The saved session, empty where there is none. Raises `KeysError`."""
        try:
            return await self._keys.secret(_entry(name), self._profile) or ""
        except (KeyringMissing, KeyringUnsafe):
            return await asyncio.to_thread(self._read, name)

    async def save(self, name: str, session: str) -> None:
        """Save a session; an empty one deletes the saved one. Raises `KeysError`."""
        try:
            if session:
                await self._keys.put(_entry(name), [session], self._profile)
            else:
                await self._keys.delete(_entry(name), self._profile)
        except KeyMissing:
            return  # Deleted already.
        except (KeyringMissing, KeyringUnsafe):
            await asyncio.to_thread(self._write, name, session)

    def _file(self, name: str) -> Path:
        assert _NAME.fullmatch(name), name
        return self._folder / f"{self._profile}-{name}"

    def _read(self, name: str) -> str:
        try:
            with self._file(name).open("rb") as file:
                if os.name == "posix" and os.fstat(file.fileno()).st_mode & 0o077:
                    logger.warning("A session file that others may read is ignored")
                    return ""
                return file.read(_LARGEST_BYTES).decode("ascii")
        except FileNotFoundError:
            return ""
        except (OSError, UnicodeDecodeError) as error:
            logger.warning("A session can't be read: %s", type(error).__name__)
            return ""

    def _write(self, name: str, session: str) -> None:
        """Write the file atomically; at no moment can others read it."""
        file = self._file(name)
        new = file.with_suffix(".new")
        try:
            make_folder(self._folder)
            if not session:
                file.unlink(missing_ok=True)
                return
            new.unlink(missing_ok=True)
            with open(new, "x", encoding="ascii", opener=open_for_owner) as opened:
                opened.write(session)
            new.replace(file)
        except OSError as error:  # The next process logs in again.
            logger.warning("A session can't be saved: %s", type(error).__name__)


def _entry(name: str) -> str:
    return f"telegram-session-{name}"
