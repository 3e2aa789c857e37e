"""Sessions with Telegram, kept where the keys are; on a server without a keyring, in files of the owner alone."""

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
        """The one secret of this name, None where there is none."""

    async def put(self, name: str, keys: Sequence[str], profile: str) -> None:
        """Keep this instead of what is there."""

    async def delete(self, name: str, profile: str) -> None:
        """Raises `KeyMissing` where there is none."""


class SessionStore:
    """A `SessionKeeper`. The names are `telegram-session-` and those that it is given, which are numbers.

    `folder` is for systems that have no keyring, or none that is safe.
    """

    def __init__(self, keys: SecretStore, profile: str, folder: Path) -> None:
        self._keys = keys
        self._profile = profile
        self._folder = folder

    async def load(self, name: str) -> str:
        """What was saved, empty where nothing was. Raises `KeysError`."""
        try:
            return await self._keys.secret(_entry(name), self._profile) or ""
        except (KeyringMissing, KeyringUnsafe):
            return await asyncio.to_thread(self._read, name)

    async def save(self, name: str, session: str) -> None:
        """Keep a session; an empty one removes what was kept. Raises `KeysError`."""
        try:
            if session:
                await self._keys.put(_entry(name), [session], self._profile)
            else:
                await self._keys.delete(_entry(name), self._profile)
        except KeyMissing:
            return  # As it is to be.
        except (KeyringMissing, KeyringUnsafe):
            await asyncio.to_thread(self._write, name, session)

    def _file(self, name: str) -> Path:
        assert _NAME.fullmatch(name), name
        return self._folder / f"{self._profile}-{name}"

    def _read(self, name: str) -> str:
        try:
            with self._file(name).open("rb") as file:
                if os.name == "posix" and os.fstat(file.fileno()).st_mode & 0o077:
                    logger.warning("A session that others may read isn't used")
                    return ""
                return file.read(_LARGEST_BYTES).decode("ascii")
        except FileNotFoundError:
            return ""
        except (OSError, UnicodeDecodeError) as error:
            logger.warning("A session can't be read: %s", type(error).__name__)
            return ""

    def _write(self, name: str, session: str) -> None:
        """All of it or nothing, readable by nobody else at any moment."""
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
        except OSError as error:  # Then the next run logs in again.
            logger.warning("A session can't be kept: %s", type(error).__name__)


def _entry(name: str) -> str:
    return f"telegram-session-{name}"
