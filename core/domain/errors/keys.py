"""Errors of reading, keeping and deleting keys."""

from core.domain.errors.base import NotulaError
from core.domain.translatable_text import mark
from core.domain.window_page import WindowPage


class KeysError(NotulaError):
    """Keys can't be read or kept."""

    sentence = mark("The keys can't be read or kept. The log has the details.")


class KeyringMissing(KeysError):
    """The system offers no keyring at all: a server, a container."""

    sentence = mark(
        "This system has no keyring to keep keys in. Give the key in the environment variable {variable}, "
        "or the name of a file with it in {variable}_FILE."
    )


class KeyringUnsafe(KeysError):
    """What the system offers as a keyring isn't known to keep keys safely."""

    sentence = mark(
        "{backend} isn't known to keep keys safely, so Notula doesn't use it. Use GNOME Keyring or KWallet, "
        "allow any keyring in Notula under Settings, or give the key in the environment variable {variable}."
    )
    page = WindowPage.ANY_KEYRING


class KeyringUnavailable(KeysError):
    """The keyring doesn't answer in time, or fails."""

    sentence = mark(
        "The keyring doesn't answer. See whether it asks for its password, or log in again, then retry; "
        "or give the key in the environment variable {variable}."
    )
    transient = True


class KeyringLocked(KeysError):
    """The keyring is locked, and nobody opened it."""

    sentence = mark(
        "The keyring is locked. Unlock it, then retry; or give the key in the environment variable {variable}."
    )
    transient = True


class KeyNameUnknown(KeysError):
    """No name that a key or a profile can have."""

    sentence = mark("{name} can't be the name of a key or a profile. Use small letters, digits, dots and dashes.")


class KeyUnusable(KeysError):
    """What was given as a key is empty or holds what no key holds."""

    sentence = mark("This can't be the key for {name}: a key is one word without spaces. Copy it again.")


class ApiCredentialsUnusable(KeysError):
    """No api_id with its api_hash."""

    sentence = mark(
        "This is no api_id with its api_hash. Copy both from https://my.telegram.org and join them with a colon, "
        "as in 12345:0123456789abcdef0123456789abcdef."
    )


class KeyMissing(KeysError):
    """There is none to delete."""

    sentence = mark("There is no key for {name} in the keyring. 'notula keys list' shows which there are.")


class KeyFileUnreadable(KeysError):
    """The file that an environment variable names can't be read."""

    sentence = mark("{path} can't be read, which {variable} names as the file with the key. Check its permissions.")


class KeyFileLocked(KeysError):
    """The keys are in an encrypted file, and nobody has given its passphrase yet."""

    sentence = mark(
        "The keys are in an encrypted file. Give its passphrase in Notula under Settings, or start Notula in a "
        "terminal, where it asks for it."
    )
    page = WindowPage.PROVIDERS


class PassphraseWrong(KeysError):
    """The encrypted file has another passphrase."""

    sentence = mark("This isn't the passphrase of your keys. Try again: capital and small letters make a difference.")


class PassphraseTooShort(KeysError):
    """Too easy to guess for whoever has the file."""

    sentence = mark("A passphrase has at least {count} characters. Several words are easy to remember.")


class KeyFileDamaged(KeysError):
    """What is in the encrypted file isn't what Notula has written there."""

    sentence = mark(
        "The encrypted file with the keys is damaged: {path}. Put a copy of it in its place, or delete it and add the "
        "keys again."
    )


class KeyFileNotRead(KeysError):
    """The disk refuses the encrypted file, or another account may have put it there."""

    sentence = mark(
        "The encrypted file with the keys can't be read: {path}. Check that it is an ordinary file of your own account "
        "that you may read."
    )


class KeyFileNotWritten(KeysError):
    """The disk refuses the encrypted file."""

    sentence = mark("The encrypted file with the keys can't be written, {path}: {reason}")
