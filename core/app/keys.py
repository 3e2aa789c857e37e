"""Keys and tokens: the one way by which window, bot and command line read, add and delete them."""

import asyncio
from collections.abc import Callable, Mapping

from core.app.provider_order import with_provider
from core.app.settings import SettingsService
from core.config import Settings
from core.domain.provider_offer import KeyHint, KeyList
from core.observability.redaction import Redactor, key_ending
from core.secrets import EncryptedKeyFile, KeyId, KeySource, KeyStore, system_key_store
from core.secrets import KeyList as StoredKeys
from core.secrets.api_credentials import TELEGRAM_API
from core.secrets.environment import split_keys
from core.secrets.system_keyring import TIMEOUT_S


class Keys:
    """Lives on one event loop. A name without a profile means the profile that the settings name.

    `environment` is where keys may be besides the keyring; a keyring has `timeout_s` seconds to answer.
    """

    def __init__(
        self,
        settings: SettingsService,
        redactor: Redactor,
        *,
        environment: Mapping[str, str] | None = None,
        timeout_s: float = TIMEOUT_S,
        key_file: EncryptedKeyFile | None = None,
    ) -> None:
        self._settings = settings
        self._redactor = redactor
        self._environment = environment
        self._timeout_s = timeout_s
        self._key_file = key_file
        self._followers: list[Callable[[], None]] = []
        self._store = self._open_store()
        settings.follow(self._follow_settings, "unsafe_keyring")

    @property
    def store(self) -> KeyStore:
        """All keys, of every profile."""
        return self._store

    def follow(self, changed: Callable[[], None]) -> None:
        """Call this whenever keys were added or deleted here."""
        self._followers.append(changed)

    async def list(self) -> KeyList:
        """The keys of the profile in use, by their last characters."""
        listed = await self.overview()
        hints = tuple(
            KeyHint(
                found.key.name,
                key_ending(key),
                found.variable,
                is_for_session=found.source is KeySource.SESSION,
                is_in_file=found.source is KeySource.FILE,
            )
            for found in listed.sets
            if found.key.profile == self._settings.current.profile
            for key in found.keys
        )
        return KeyList(hints, listed.problem.message if listed.problem else None)

    async def overview(self) -> StoredKeys:
        """All keys, of every profile, under the names that the settings have for them."""
        # A variable's name doesn't tell a dash from an underscore.
        known = (*self._settings.current.services, TELEGRAM_API)
        return (await self._store.overview()).with_names({KeyId(name).variable: name for name in known})

    async def secret(self, name: str) -> str | None:
        """The one secret of this name in the profile in use, such as the bot's token. Raises `KeysError`."""
        return await self._store.secret(name, self._settings.current.profile)

    async def secrets(self, name: str) -> tuple[str, ...]:
        """All secrets of this name in the profile in use. Raises `KeysError`."""
        return await self._store.keys(name, self._settings.current.profile)

    async def add(self, name: str, text: str, *, for_session: bool = False, in_place: bool = False) -> None:
        """Keep another key, or several with spaces between them, and add the provider to the order of those asked.

        With `for_session` it is kept in memory, until Notula quits; with `in_place`, instead of those that are there.
        Raises `KeysError` and its children, and what `SettingsService.change_by` does; then the key is kept, and the
        order stays as it was.
        """
        profile = self._settings.current.profile
        if for_session:
            self._store.add_for_session(name, split_keys(text), profile, in_place=in_place)
            await self._added(name)
        else:
            await self.keep(name, text, profile, in_place=in_place)

    async def keep(self, name: str, text: str, profile: str, *, in_place: bool = False) -> None:
        """Keep keys in any profile; with `in_place`, instead of those that are there. Raises as `add` does."""
        keep = self._store.put if in_place else self._store.add
        await keep(name, split_keys(text), profile)
        if profile == self._settings.current.profile:
            await self._added(name)

    async def is_locked(self) -> bool:
        """Whether the keys are in an encrypted file that waits for its passphrase."""
        return self._key_file is not None and await asyncio.to_thread(lambda: self._used_file.is_locked)

    async def unlock(self, passphrase: str) -> None:
        """Open the encrypted file. Raises `PassphraseWrong`, `KeyFileDamaged`."""
        await asyncio.to_thread(self._used_file.open, passphrase)
        self._tell()

    async def begin_file(self, passphrase: str) -> None:
        """Keep keys in an encrypted file from now on, not in a keyring. Raises `KeysError`."""
        await asyncio.to_thread(self._used_file.make, passphrase)
        self._open_anew()
        self._tell()

    async def discard_file(self) -> None:
        """Delete the encrypted file with all keys in it, whose passphrase nobody knows. Raises `KeysError`."""
        await asyncio.to_thread(self._used_file.discard)
        self._open_anew()
        self._tell()

    @property
    def _used_file(self) -> EncryptedKeyFile:
        assert self._key_file is not None
        return self._key_file

    async def delete(self, name: str, profile: str = "") -> None:
        """Remove the keys of this name, but those in variables. Raises `KeysError` and its children."""
        await self._store.delete(name, profile or self._settings.current.profile)
        self._tell()

    async def _added(self, name: str) -> None:
        self._tell()
        await self._settings.change_by(lambda settings: with_provider(settings, self._store, name))

    def _tell(self) -> None:
        for changed in self._followers:
            changed()

    def _follow_settings(self, _: Settings) -> None:
        self._open_anew()

    def _open_anew(self) -> None:
        before, self._store = self._store, self._open_store()
        self._store.take_session_of(before)

    def _open_store(self) -> KeyStore:
        return system_key_store(
            self._redactor,
            self._environment,
            unsafe_allowed=self._settings.current.unsafe_keyring,
            timeout_s=self._timeout_s,
            key_file=self._key_file,
        )
