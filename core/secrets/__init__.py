"""Keys of services and the bot's token: in the system's keyring, or from the environment of a server."""

from core.secrets.entries import EntryBook
from core.secrets.environment import EnvironmentKeys
from core.secrets.key_file import EncryptedKeyFile
from core.secrets.key_store import KeyList, KeySet, KeySource, KeyStore, system_key_store
from core.secrets.names import DEFAULT_PROFILE, KeyId
from core.secrets.off_loop import OffLoop
from core.secrets.system_keyring import Backend, SystemKeyring, known_good_backend

__all__ = [
    "DEFAULT_PROFILE",
    "Backend",
    "EncryptedKeyFile",
    "EntryBook",
    "EnvironmentKeys",
    "KeyId",
    "KeyList",
    "KeySet",
    "KeySource",
    "KeyStore",
    "OffLoop",
    "SystemKeyring",
    "known_good_backend",
    "system_key_store",
]
