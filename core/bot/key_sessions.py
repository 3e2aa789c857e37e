"""Sessions with Telegram, kept where the keys are."""

from collections.abc import Sequence
from typing import Protocol

from core.domain.errors import KeyMissing


class Keys(Protocol):
    """What is used of `KeyStore`. Everything may raise `KeysError`."""

    async def secret(self, name: str, profile: str) -> str | None:
        """The one secret of this name, None where there is none."""

    async def put(self, name: str, keys: Sequence[str], profile: str) -> None:
        """Keep this instead of what is there."""

    async def delete(self, name: str, profile: str) -> None:
        """Raises `KeyMissing` where there is none."""


class KeySessions:
    """A `SessionKeeper`. The names are `telegram-session-` and those that it is given."""

    def __init__(self, keys: Keys, profile: str) -> None:
        self._keys = keys
        self._profile = profile

    async def load(self, name: str) -> str:
        """What was saved, empty where nothing was. Raises `KeysError`."""
        return await self._keys.secret(_entry(name), self._profile) or ""

    async def save(self, name: str, session: str) -> None:
        """Keep a session; an empty one removes what was kept. Raises `KeysError`."""
        if session:
            await self._keys.put(_entry(name), [session], self._profile)
            return
        try:
            await self._keys.delete(_entry(name), self._profile)
        except KeyMissing:
            return  # As it is to be.


def _entry(name: str) -> str:
    return f"telegram-session-{name}"
