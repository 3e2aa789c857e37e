"""Where a key comes from: the environment first, then this session's memory, then the keyring or the encrypted file."""

import asyncio
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial
from typing import TypeVar

from core.domain.errors import KeyFileUnreadable, KeyMissing, KeyUnusable, NotulaError
from core.domain.key_variable import ANY_VARIABLE
from core.observability.redaction import Redactor
from core.secrets.api_credentials import TELEGRAM_API, api_credentials
from core.secrets.entries import EntryBook
from core.secrets.environment import EnvironmentKeys, file_variable
from core.secrets.key_file import EncryptedKeyFile
from core.secrets.names import DEFAULT_PROFILE, KeyId
from core.secrets.off_loop import OffLoop
from core.secrets.system_keyring import TIMEOUT_S, Backend, SystemKeyring, known_good_backend

_FILE_TIMEOUT_S = 5.0
"""A file that a variable names may be on a network, or a pipe without a writer."""

_USABLE = re.compile(r"[!-~]{1,10000}")

_Result = TypeVar("_Result")


class KeySource(StrEnum):
    """Where keys were found."""

    ENVIRONMENT = "environment"
    KEYRING = "keyring"
    FILE = "file"
    """In a file that a passphrase encrypts."""

    SESSION = "session"
    """In this process's memory alone, until it ends."""


@dataclass(frozen=True, slots=True)
class KeySet:
    """The keys of one name in their order, and where they are from; only the environment has a `variable`."""

    key: KeyId
    keys: tuple[str, ...] = field(repr=False)
    source: KeySource
    variable: str = ""


@dataclass(frozen=True, slots=True)
class KeyList:
    """The keys that could be read, and why the others could not (None where all could)."""

    sets: tuple[KeySet, ...]
    problem: NotulaError | None = None

    def with_names(self, names: Mapping[str, str]) -> "KeyList":
        """The same with other names for the keys whose variables are in `names`."""
        sets = (
            replace(found, key=KeyId(names.get(found.key.variable, found.key.name), found.key.profile))
            for found in self.sets
        )
        return KeyList(tuple(sets), self.problem)


class KeyStore:
    """Keys by name and profile. Belongs to one event loop; never blocks it.

    It keeps no key itself except those of a session, which a person adds where there is no keyring.

    Every method may raise `KeyNameUnknown` and, where the environment has no answer, the keyring's `KeyringMissing`,
    `KeyringUnsafe`, `KeyringLocked` and `KeyringUnavailable`. Each key that passes is made known to the redactor.
    """

    def __init__(
        self,
        keyring: SystemKeyring,
        environment: EnvironmentKeys,
        redactor: Redactor,
        key_file: EncryptedKeyFile | None = None,
    ) -> None:
        """`key_file` is what `keyring` uses as soon as it is there."""
        self._keyring = keyring
        self._key_file = key_file
        self._environment = environment
        self._redactor = redactor
        self._files = OffLoop("key file", lambda: (NotulaError,))
        self._changing = asyncio.Lock()
        self._session: dict[KeyId, tuple[str, ...]] = {}

    def is_in_environment(self, name: str, profile: str = DEFAULT_PROFILE) -> bool:
        """Whether the environment names keys for this, so that the keyring won't be read."""
        variable = KeyId(name, profile).variable
        return self._environment.in_variable(variable) is not None or bool(self._environment.file_of(variable))

    async def keys(self, name: str, profile: str = DEFAULT_PROFILE) -> tuple[str, ...]:
        """The keys in their order, none where there are none. Raises `KeyFileUnreadable`."""
        key = KeyId(name, profile)
        found = await self._in_environment(key)
        if found is None:
            found = self._in_session(key) or await self._in_keyring(key)
        return found.keys

    async def secret(self, name: str, profile: str = DEFAULT_PROFILE) -> str | None:
        """What there is only one of, such as the bot's token: the first key. Raises `KeyFileUnreadable`."""
        return next(iter(await self.keys(name, profile)), None)

    async def put(self, name: str, keys: Iterable[str], profile: str = DEFAULT_PROFILE) -> None:
        """Keep these keys in the keyring instead of those that are there, in memory too. Raises as `usable` does."""
        key, usable = KeyId(name, profile), self.usable(name, keys)
        async with self._changing:
            await self._with_entries(lambda entries: entries.write(key, usable), key.variable)
        self._session.pop(key, None)

    async def add(self, name: str, keys: Iterable[str], profile: str = DEFAULT_PROFILE) -> None:
        """Keep these keys after those that are there. Raises as `usable` does."""
        key, usable = KeyId(name, profile), self.usable(name, keys)

        def append(entries: EntryBook) -> None:
            entries.write(key, tuple(dict.fromkeys((*entries.read(key), *usable))))

        async with self._changing:
            await self._with_entries(append, key.variable)

    def add_for_session(
        self, name: str, keys: Iterable[str], profile: str = DEFAULT_PROFILE, *, in_place: bool = False
    ) -> None:
        """Keep these keys in memory until this process ends, after those that are there, or `in_place` of them.

        Raises as `usable` does.
        """
        key, usable = KeyId(name, profile), self.usable(name, keys)
        before = () if in_place else self._session.get(key, ())
        self._session[key] = tuple(dict.fromkeys((*before, *usable)))

    def take_session_of(self, other: "KeyStore") -> None:
        """Keep what another store has kept in memory."""
        self._session = dict(other._session)

    async def delete(self, name: str, profile: str = DEFAULT_PROFILE) -> None:
        """Remove the keys from the memory of this session, or else from the keyring; the environment is left alone.

        Raises `KeyMissing` where there are none.
        """
        key = KeyId(name, profile)
        if self._session.pop(key, None) is not None:
            return

        def remove(entries: EntryBook) -> None:
            if not entries.read(key):
                raise KeyMissing(name=name)
            entries.write(key, ())

        async with self._changing:
            await self._with_entries(remove, key.variable)

    async def overview(self) -> KeyList:
        """All keys that there are, the default profile's first. What can't be read is the list's problem."""
        problem: NotulaError | None = None
        stored: tuple[KeySet, ...] = ()
        sets: list[KeySet] = []
        try:
            stored = await self._with_entries(partial(_all_sets, self._kept_in), ANY_VARIABLE)
        except NotulaError as error:
            problem = error
        covered = {of_keyring.key.variable for of_keyring in stored}
        for key in (*(of_keyring.key for of_keyring in stored), *map(KeyId, self._environment.names(covered))):
            try:
                if found := await self._in_environment(key):
                    sets.append(found)
            except KeyFileUnreadable as error:
                problem = error
        won = {of_environment.key for of_environment in sets}
        in_memory = [found for key in self._session if key not in won and (found := self._in_session(key))]
        sets += in_memory
        won |= {found.key for found in in_memory}
        sets.extend(self._registered(of_keyring) for of_keyring in stored if of_keyring.key not in won)
        return KeyList(tuple(sorted(sets, key=lambda found: found.key)), problem)

    async def _in_environment(self, key: KeyId) -> KeySet | None:
        found = self._environment.in_variable(key.variable)
        if found is None and self._environment.file_of(key.variable):
            try:
                found = await self._files.run(partial(self._environment.in_file, key.variable), _FILE_TIMEOUT_S)
            except TimeoutError:
                path, of_file = self._environment.file_of(key.variable), file_variable(key.variable)
                raise KeyFileUnreadable(path=path, variable=of_file) from None
        return self._registered(KeySet(key, found.keys, KeySource.ENVIRONMENT, found.variable)) if found else None

    @property
    def _kept_in(self) -> KeySource:
        return KeySource.FILE if self._key_file is not None and self._key_file.is_there else KeySource.KEYRING

    def _in_session(self, key: KeyId) -> KeySet | None:
        keys = self._session.get(key, ())
        return KeySet(key, keys, KeySource.SESSION) if keys else None

    async def _in_keyring(self, key: KeyId) -> KeySet:
        keys = await self._with_entries(lambda entries: entries.read(key), key.variable)
        return self._registered(KeySet(key, keys, self._kept_in))

    async def _with_entries(self, work: Callable[[EntryBook], _Result], variable: str) -> _Result:
        return await self._keyring.run(lambda backend: work(EntryBook(backend)), variable)

    def _registered(self, found: KeySet) -> KeySet:
        self._learn(found.key.name, found.keys)
        return found

    def usable(self, name: str, keys: Iterable[str]) -> tuple[str, ...]:
        """Each key once, and made known to the redactor. Raises `KeyUnusable` and `ApiCredentialsUnusable`."""
        usable = tuple(dict.fromkeys(keys))
        self._learn(name, usable)
        if not usable or not all(map(_USABLE.fullmatch, usable)):
            raise KeyUnusable(name=name)
        if name == TELEGRAM_API:
            api_credentials(usable)
        return usable

    def _learn(self, name: str, keys: Iterable[str]) -> None:
        for key in keys:
            self._redactor.learn(key)
            if name == TELEGRAM_API:  # Half of it is a secret, too.
                self._redactor.learn(key.partition(":")[2])


def system_key_store(
    redactor: Redactor,
    environment: Mapping[str, str] | None = None,
    *,
    unsafe_allowed: bool = False,
    timeout_s: float = TIMEOUT_S,
    key_file: EncryptedKeyFile | None = None,
) -> KeyStore:
    """The keys of this system and this process's environment, or another one's.

    Where a person has chosen to keep keys in `key_file`, the system's keyring isn't asked.
    """

    def find() -> Backend:
        if key_file is not None and key_file.is_there:
            return key_file
        return known_good_backend(unsafe_allowed=unsafe_allowed)

    keys = EnvironmentKeys() if environment is None else EnvironmentKeys(environment)
    return KeyStore(SystemKeyring(find, timeout_s=timeout_s), keys, redactor, key_file)


def _all_sets(kept_in: KeySource, entries: EntryBook) -> tuple[KeySet, ...]:
    read = (KeySet(key, entries.read(key), kept_in) for key in entries.entries())
    return tuple(found for found in read if found.keys)
