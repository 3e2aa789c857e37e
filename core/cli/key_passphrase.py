"""Asking in a terminal for the passphrase of the encrypted file with the keys."""

import asyncio
import getpass
import sys
from typing import TYPE_CHECKING

from core.domain.errors import PassphraseWrong
from core.secrets import EncryptedKeyFile

if TYPE_CHECKING:
    from core.cli.terminal import Terminal

ATTEMPTS = 3


async def opened_key_file(terminal: "Terminal") -> EncryptedKeyFile:
    """The file with the keys, opened where there is one and a person to ask.

    Without a terminal to ask in it stays locked, and whoever needs a key says so. Raises `PassphraseWrong` after the
    last attempt, and `KeyFileDamaged`.
    """
    key_file = EncryptedKeyFile(terminal.folders.key_file)
    if not (key_file.is_locked and sys.stdin.isatty()):
        return key_file
    for attempt in range(ATTEMPTS):
        passphrase = _asked(terminal.tr("Passphrase for your keys:"))
        if not passphrase:
            break
        try:
            await asyncio.to_thread(key_file.open, passphrase)
        except PassphraseWrong as error:
            if attempt == ATTEMPTS - 1:
                raise
            terminal.complain(error.message)
        else:
            break
    return key_file


def _asked(question: str) -> str:
    """What is typed, which isn't shown; empty at the end of the input."""
    try:
        return getpass.getpass(f"{question} ")
    except EOFError:
        return ""


def ask_for_new(terminal: "Terminal") -> str:
    """A passphrase for a new file, typed twice; empty where nobody is there to ask, or wants none."""
    if not sys.stdin.isatty():
        return ""
    tr = terminal.tr
    terminal.note(
        tr(
            "There is no keyring here that is known to be safe. Keys can be kept in an encrypted file instead, whose "
            "passphrase Notula asks for at each start. It can't be found again if you forget it."
        )
    )
    while passphrase := _asked(tr("New passphrase (empty: keep no key):")):
        if _asked(tr("The same once more:")) == passphrase:
            return passphrase
        terminal.note(tr("The two are not the same. Type it once more."))
    return ""
