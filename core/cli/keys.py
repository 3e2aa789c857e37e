"""`notula keys`: setting, listing and deleting keys of services. A key is never an argument, which others could see."""

import getpass
import sys
from typing import TYPE_CHECKING

from core.cli.key_passphrase import ask_for_new, opened_key_file
from core.cli.terminal import Terminal
from core.domain.errors import KeyringMissing, KeyringUnsafe, SettingsError
from core.observability.redaction import key_ending
from core.secrets import KeySet, KeySource

if TYPE_CHECKING:
    from core.app.keys import Keys

_TIMEOUT_S = 120.0
"""Seconds. A desktop may ask for the keyring's password first, which a person has to type."""

_LONGEST_INPUT_CHARACTERS = 64 * 1024


async def set_keys(terminal: Terminal, name: str, profile: str, text: str, *, add: bool) -> int:
    """Keep the keys in this text, with spaces, commas or line ends between them, and add that provider to the order."""
    keys, before = await _keys(terminal), terminal.settings.providers
    try:
        try:
            await keys.keep(name, text, profile, in_place=not add)
        except (KeyringMissing, KeyringUnsafe):
            passphrase = ask_for_new(terminal)
            if not passphrase:
                raise
            await keys.begin_file(passphrase)
            await keys.keep(name, text, profile, in_place=not add)
    except SettingsError:  # What is raised then is about the order; the key itself is kept.
        terminal.note(_kept(terminal, name))
        raise
    terminal.note(_kept(terminal, name))
    if terminal.settings.providers != before:
        order = ", ".join(terminal.settings.providers)
        terminal.note(terminal.tr("Recordings are transcribed by, in this order: {order}.", order=order))
    variables = {found.variable for found in (await keys.overview()).sets if found.key.name == name and found.variable}
    for variable in variables:
        terminal.note(terminal.tr("The environment variable {variable} is set too, and wins.", variable=variable))
    return 0


async def list_keys(terminal: Terminal, profile: str) -> int:
    """One line a key: profile, name, its last characters, and where it comes from."""
    listed = await (await _keys(terminal)).overview()
    chosen = [keys for keys in listed.sets if profile in ("", keys.key.profile)]
    for keys in chosen:
        for key in keys.keys:
            terminal.say(f"{keys.key.profile:<10} {keys.key.name:<20} …{key_ending(key):<4} {_place(terminal, keys)}")
    if listed.problem is not None:
        terminal.complain(listed.problem.message)
        # A server without a keyring is in order where its keys are in the environment.
        return 0 if chosen and isinstance(listed.problem, KeyringMissing) else 1
    if not chosen:
        terminal.note(terminal.tr("There are no keys yet; 'notula keys set NAME' takes one."))
    return 0


async def test_keys(terminal: Terminal, name: str) -> int:
    """One line a key: its last characters, and whether the provider has taken it."""
    failed = 0
    async with terminal.notula(needs_keys=True) as notula:
        for trial in await notula.key_trials.try_provider(name):
            key = f"…{trial.ending}" if trial.ending else "-"
            if trial.problem is None:
                worked = terminal.tr("It works; the answer took {seconds} s.", seconds=f"{trial.seconds:.1f}")
                terminal.say(f"{key:<6} {worked}")
            else:
                failed += 1
                terminal.say(f"{key:<6} {terminal.tr.message(trial.problem)}")
    return 1 if failed else 0


async def delete_keys(terminal: Terminal, name: str, profile: str) -> int:
    """Remove the keys of one name, but those in variables."""
    await (await _keys(terminal)).delete(name, profile)
    terminal.note(terminal.tr("The key for {name} is deleted.", name=name))
    return 0


def read_key(terminal: Terminal, name: str) -> str:
    """Read a key from the terminal without echo, or from standard input."""
    if sys.stdin.isatty():
        question = terminal.tr("Key for {name}:", name=name)
        return getpass.getpass(f"{question} ")
    return sys.stdin.read(_LONGEST_INPUT_CHARACTERS)


async def _keys(terminal: Terminal) -> "Keys":
    from core.app.keys import Keys  # It takes a while, and `notula --help` needn't.

    key_file = await opened_key_file(terminal)
    return Keys(terminal.settings_service, terminal.redactor, timeout_s=_TIMEOUT_S, key_file=key_file)


def _kept(terminal: Terminal, name: str) -> str:
    if terminal.folders.key_file.exists():
        return terminal.tr("The key for {name} is in the encrypted file.", name=name)
    return terminal.tr("The key for {name} is in the keyring.", name=name)


def _place(terminal: Terminal, keys: KeySet) -> str:
    places = {KeySource.KEYRING: terminal.tr("keyring"), KeySource.FILE: terminal.tr("encrypted file")}
    return places.get(keys.source, keys.variable)
