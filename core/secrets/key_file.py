"""Keys in a file that a passphrase encrypts, for systems without a keyring. It is used as a keyring's backend is.

AES-256-GCM with a key that scrypt makes from the passphrase, both by the library `cryptography`. One small sealed text
of its own tells a wrong passphrase from a damaged file.
"""

import base64
import binascii
import json
import os
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.domain.errors import (
    KeyFileDamaged,
    KeyFileLocked,
    KeyFileNotRead,
    KeyFileNotWritten,
    KeyringMissing,
    PassphraseTooShort,
    PassphraseWrong,
)
from core.domain.key_variable import ANY_VARIABLE
from core.domain.write_failure import write_failure
from core.system.folder_lock import folder_lock
from core.system.private_files import make_folder, refuse_planted, replace_text

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SHORTEST_PASSPHRASE = 8
"""Characters. https://pages.nist.gov/800-63-4/sp800-63b.html#passwordver asks for no fewer."""

COST = 2**16
"""Scrypt's N, with r=8 and p=2: 64 MB and some tenths of a second.

One of the equally strong choices of
https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#scrypt
"""

_BLOCK, _PARALLEL = 8, 2
_HIGHEST_COST = 2**18
"""A file that asks for more, which would take more than 256 MB, was not written by Notula.

There is no lowest one: a cost that was made lower in the file opens nothing, and no new file is begun with it.
"""

_VERSION = 1
_SALT_BYTES, _NONCE_BYTES, _KEY_BYTES = 16, 12, 32
_CHECK = b"the passphrase is right"
_LARGEST_BYTES = 4_000_000

Entries = dict[str, str]


@dataclass(frozen=True, slots=True)
class _Content:
    """What the file holds: the parameters of the key, and what was encrypted with it, each with its nonce before it."""

    cost: int
    salt: bytes
    check: bytes
    entries: bytes


@dataclass(frozen=True, slots=True)
class _Key:
    """What scrypt has made of a passphrase, and from what else."""

    cost: int
    salt: bytes
    cipher: "AESGCM"


class EncryptedKeyFile:
    """Blocks. Before `open` its entries can't be read; afterwards the key, not the passphrase, is in memory.

    Every method raises `KeyFileDamaged` for a file that can't be understood, and `KeyFileNotRead` or
    `KeyFileNotWritten` where the disk refuses, or another process doesn't finish writing. Those of a keyring's backend
    raise `KeyringMissing` where there is no file, and `KeyFileLocked`.
    """

    def __init__(self, file: Path, *, cost: int = COST) -> None:
        """`cost` is that of a new file."""
        self.file = file
        self._cost = cost
        self._lock = threading.RLock()
        self._key: _Key | None = None

    @property
    def is_there(self) -> bool:
        """Whether a person has chosen to keep keys here."""
        return self.file.exists()

    @property
    def is_locked(self) -> bool:
        """Whether there is a file that waits for its passphrase."""
        return self.is_there and self._key is None

    def make(self, passphrase: str) -> None:
        """Begin an empty file, which is open then. Raises `PassphraseTooShort`.

        One that is there is never replaced: it is opened. Raises `PassphraseWrong` then.
        """
        if len(passphrase) < SHORTEST_PASSPHRASE:
            raise PassphraseTooShort(count=SHORTEST_PASSPHRASE)
        with self._lock:
            if not self.is_there:
                salt = os.urandom(_SALT_BYTES)
                key = _Key(self._cost, salt, _cipher(passphrase, salt, self._cost))
                with self._changing():
                    if not self.is_there:  # Another process may have begun one meanwhile.
                        self._write(key, {})
                        self._key = key
                        return
            self.open(passphrase)

    def open(self, passphrase: str) -> None:
        """Open it with its passphrase. Raises `PassphraseWrong`."""
        with self._lock:
            content = self._read()
            cipher = _cipher(passphrase, content.salt, content.cost)
            if _opened(cipher, content.check, _header(content.cost, content.salt)) != _CHECK:
                raise PassphraseWrong
            self._entries_in(content, cipher)
            self._key = _Key(content.cost, content.salt, cipher)

    def discard(self) -> None:
        """Delete the file with all of its keys: nobody knows the passphrase any more."""
        with self._lock, self._changing():
            self._key = None
            self.file.unlink(missing_ok=True)

    def get_password(self, service: str, username: str, /) -> str | None:
        """None where there is no such entry."""
        with self._lock:
            return self._entries(self._opened_key()).get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str, /) -> None:
        """Write or overwrite an entry."""
        with self._lock, self._changing():
            key = self._opened_key()
            self._write(key, {**self._entries(key), f"{service}/{username}": password})

    def delete_password(self, service: str, username: str, /) -> None:
        """Raises `keyring.errors.PasswordDeleteError` where there is none."""
        from keyring.errors import PasswordDeleteError

        with self._lock, self._changing():
            key = self._opened_key()
            entries = self._entries(key)
            if entries.pop(f"{service}/{username}", None) is None:
                raise PasswordDeleteError
            self._write(key, entries)

    def _opened_key(self) -> _Key:
        if not self.is_there:
            raise KeyringMissing(variable=ANY_VARIABLE)
        if self._key is None:
            raise KeyFileLocked
        return self._key

    def _entries(self, key: _Key) -> Entries:
        """As they are in the file now: another process may have changed them."""
        content = self._read()
        if content.salt != key.salt:  # It was begun anew, with another passphrase.
            self._key = None
            raise KeyFileLocked
        return self._entries_in(content, key.cipher)

    def _entries_in(self, content: _Content, cipher: "AESGCM") -> Entries:
        opened = _opened(cipher, content.entries, _header(content.cost, content.salt))
        try:
            entries = json.loads(opened) if opened is not None else None
        except ValueError:
            entries = None
        if not isinstance(entries, dict) or not all(isinstance(value, str) for value in entries.values()):
            raise KeyFileDamaged(path=str(self.file))
        return entries

    def _read(self) -> _Content:
        try:
            refuse_planted(self.file)
            with self.file.open("rb") as opened:
                text = opened.read(_LARGEST_BYTES)
        except OSError as error:
            raise KeyFileNotRead(path=str(self.file)) from error
        try:
            kept = json.loads(text)
            content = _Content(kept["cost"], *(_bytes(kept[name]) for name in ("salt", "check", "entries")))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise KeyFileDamaged(path=str(self.file)) from error
        is_known = type(kept.get("version")) is int and kept["version"] == _VERSION
        is_usable = type(content.cost) is int and 1 < content.cost <= _HIGHEST_COST
        if not (is_known and is_usable) or content.cost & (content.cost - 1):
            raise KeyFileDamaged(path=str(self.file))
        return content

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """No other process of ours changes the file meanwhile: what it adds would be lost."""
        try:
            with folder_lock(self.file.parent):
                yield
        except OSError as error:
            raise KeyFileNotWritten(path=str(self.file), reason=write_failure(error)) from error

    def _write(self, key: _Key, entries: Entries) -> None:
        header = _header(key.cost, key.salt)
        kept = {
            "version": _VERSION,
            "cost": key.cost,
            "salt": _text(key.salt),
            "check": _text(_sealed(key.cipher, _CHECK, header)),
            "entries": _text(_sealed(key.cipher, json.dumps(entries).encode(), header)),
        }
        make_folder(self.file.parent)
        replace_text(self.file, json.dumps(kept))


def _cipher(passphrase: str, salt: bytes, cost: int) -> "AESGCM":
    """The same letters give the same key, however a keyboard has composed them (NFKC)."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    text = unicodedata.normalize("NFKC", passphrase).encode("utf-8", "surrogatepass")
    return AESGCM(Scrypt(salt=salt, length=_KEY_BYTES, n=cost, r=_BLOCK, p=_PARALLEL).derive(text))


def _header(cost: int, salt: bytes) -> bytes:
    """What can't be changed in the file without being noticed, though it isn't encrypted."""
    return f"notula keys {_VERSION} {cost} ".encode() + salt


def _sealed(cipher: "AESGCM", content: bytes, header: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, content, header)


def _opened(cipher: "AESGCM", sealed: bytes, header: bytes) -> bytes | None:
    """None for what was encrypted with another key, or was changed since."""
    from cryptography.exceptions import InvalidTag

    try:
        return cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], header)
    except (InvalidTag, ValueError):  # ValueError: too short to be anything.
        return None


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def _bytes(text: Any) -> bytes:
    """Raises ValueError and TypeError."""
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("no base64") from error
