"""The system's keyring, and only one that keeps keys safely.

`keyring` takes whatever backend is installed with the highest priority; installing `keyrings.alt` is enough to make
that a plain file. So known ones are accepted and all others refused.
"""

import importlib
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from core.domain.errors import KeyringLocked, KeyringMissing, KeyringUnavailable, KeyringUnsafe, KeysError
from core.domain.key_variable import ANY_VARIABLE
from core.secrets.off_loop import OffLoop
from core.system.private_files import FOLDER_MODE, open_for_owner

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

logger = logging.getLogger(__name__)

SERVICE = "notula"
SAFE_BACKENDS = (
    "keyring.backends.SecretService",
    "keyring.backends.kwallet",
    "keyring.backends.macOS",
    "keyring.backends.Windows",
)
TIMEOUT_S = 10.0

_CHAIN = "keyring.backends.chainer"
_NO_BACKENDS = ("keyring.backends.fail", "keyring.backends.null")
_OTHER_LOCKED = (
    ("secretstorage.exceptions", "LockedException"),
    ("secretstorage.exceptions", "PromptDismissedException"),
)
_OTHER_FAILURES = (
    ("secretstorage.exceptions", "SecretStorageException"),
    ("jeepney.wrappers", "DBusErrorResponse"),
    ("dbus.exceptions", "DBusException"),
    ("win32ctypes.pywin32.pywintypes", "error"),
    ("pywintypes", "error"),
)
"""Exceptions of the libraries under the backends, which none of them translates everywhere."""

_Result = TypeVar("_Result")


class Backend(Protocol):
    """What we use of `keyring.backend.KeyringBackend`."""

    def get_password(self, service: str, username: str, /) -> str | None:
        """None where there is no such entry."""

    def set_password(self, service: str, username: str, password: str, /) -> None:
        """Write or overwrite an entry."""

    def delete_password(self, service: str, username: str, /) -> None:
        """Raises `keyring.errors.PasswordDeleteError` where there is none."""


def known_good_backend(*, unsafe_allowed: bool = False) -> Backend:
    """The keyring that its owner has chosen for Python programs, or else the system's. Blocks, and may hang.

    Raises `KeyringMissing` or `KeyringUnsafe`. `unsafe_allowed` is the owner's wish to use whatever is installed, a
    plain file included.
    """
    from keyring import core

    backend = core.load_env() or core.load_config()
    if backend is None and unsafe_allowed:
        core.init_backend()
        backend = core.get_keyring()
    if backend is None:
        # Not keyring's own search: that one runs whatever is installed, and remembers what it found at first.
        backend = _best_safe_backend()
    if backend is None or type(backend).__module__ in _NO_BACKENDS:
        raise KeyringMissing(variable=ANY_VARIABLE)
    # Several keyrings in one: each of them may be used, so each has to be safe.
    parts = getattr(backend, "backends", ()) if type(backend).__module__ == _CHAIN else (backend,)
    unsafe = next((part for part in parts if type(part).__module__ not in SAFE_BACKENDS), None)
    if unsafe is not None and not unsafe_allowed:
        raise KeyringUnsafe(backend=f"{type(unsafe).__module__}.{type(unsafe).__name__}", variable=ANY_VARIABLE)
    return backend


def _best_safe_backend() -> "KeyringBackend | None":
    from keyring.backend import KeyringBackend

    kinds = [
        kind
        for name in SAFE_BACKENDS
        for kind in vars(importlib.import_module(name)).values()
        if isinstance(kind, type) and issubclass(kind, KeyringBackend) and kind.__module__ == name and kind.viable
    ]
    return max(kinds, key=lambda kind: kind.priority)() if kinds else None


class SystemKeyring:
    """Does work with the keyring on another thread, and turns what can go wrong into our errors."""

    def __init__(
        self, find_backend: Callable[[], Backend] = known_good_backend, *, timeout_s: float = TIMEOUT_S
    ) -> None:
        """`timeout_s` is for one piece of work, in which a person may have to type the keyring's password."""
        self._find_backend = find_backend
        self._timeout_s = timeout_s
        self._backend: Backend | None = None
        self._thread = OffLoop("keyring", _failures)

    async def run(self, work: Callable[[Backend], _Result], variable: str) -> _Result:
        """What the work returns. `variable` is the one that messages name as the alternative.

        Raises `KeyringMissing`, `KeyringUnsafe`, `KeyringLocked` or `KeyringUnavailable`.
        """
        try:
            return await self._thread.run(lambda: work(self._found_backend()), self._timeout_s)
        except TimeoutError:
            logger.warning("The keyring has not answered in %g s", self._timeout_s)
            raise KeyringUnavailable(variable=variable) from None
        except _failures() as error:
            failure = self._as_keys_error(error, variable)
        # Not within the handler: the backend's error would hold on to connections that the backend forgot to close.
        raise failure

    def _as_keys_error(self, error: BaseException, variable: str) -> KeysError:
        from keyring.errors import NoKeyringError

        if isinstance(error, KeyringMissing):
            return KeyringMissing(variable=variable)
        if isinstance(error, KeyringUnsafe):
            return KeyringUnsafe(backend=error.message.values["backend"], variable=variable)
        if isinstance(error, KeysError):
            return error
        self._backend = None  # The next attempt looks for it again: the desktop may have been started meanwhile.
        logger.warning("The keyring fails: %s: %s", type(error).__name__, str(error))
        if isinstance(error, _locked()):
            return KeyringLocked(variable=variable)
        if isinstance(error, NoKeyringError):
            return KeyringMissing(variable=variable)
        return KeyringUnavailable(variable=variable)

    def _found_backend(self) -> Backend:
        if self._backend is None:
            self._backend = self._find_backend()
        _keep_private(self._backend)
        return self._backend


def _failures() -> tuple[type[BaseException], ...]:
    from keyring.errors import KeyringError

    named_wrongly = (ImportError, AttributeError, ValueError)  # What PYTHON_KEYRING_BACKEND names isn't there.
    return (KeysError, KeyringError, RuntimeError, OSError, *named_wrongly, *_loaded(_OTHER_FAILURES))


def _locked() -> tuple[type[BaseException], ...]:
    from keyring import errors

    return (errors.KeyringLocked, *_loaded(_OTHER_LOCKED))


def _loaded(names: tuple[tuple[str, str], ...]) -> tuple[type[BaseException], ...]:
    """Those of the exception classes whose modules are in use: no other could be raised."""
    found = (getattr(sys.modules.get(module), name, None) for module, name in names)
    return tuple(kind for kind in found if isinstance(kind, type) and issubclass(kind, BaseException))


def _keep_private(backend: Backend) -> None:
    """A backend that keeps a file, which the owner has allowed: only they may read it, from its first byte on."""
    path = getattr(backend, "file_path", None)
    if isinstance(path, str):
        file = Path(path)
        file.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)  # Other programs may keep things there too.
        os.close(open_for_owner(str(file), os.O_CREAT | os.O_RDWR))
