"""`notula keys`: setting, listing and deleting keys of services. A key is never an argument, which others could see."""

import getpass
import sys
from typing import TYPE_CHECKING

from core.cli.terminal import Terminal
from core.domain.errors import KeyringMissing, SettingsError
from core.observability.redaction import key_ending
from core.secrets import KeySet, KeySource

if TYPE_CHECKING:
    from core.app.keys import Keys

_TIMEOUT_S = 120.0
"""Seconds. A desktop may ask for the keyring's password first, which a person has to type."""

_LONGEST_INPUT_CHARACTERS = 64 * 1024


async def set_keys(terminal: Terminal, name: str, profile: str, text: str, *, add: bool) -> int:
    """Keep the keys in this text, with spaces, commas or line ends between them, and add that provider to the order."""
    keys, before = _keys(terminal), terminal.settings.providers
    kept = terminal.tr("The key for {name} is in the keyring.", name=name)
    try:
        await keys.keep(name, text, profile, in_place=not add)
    except SettingsError:  # What is raised then is about the order; the key itself is kept.
        terminal.note(kept)
        raise
    terminal.note(kept)
    if terminal.settings.providers != before:
        order = ", ".join(terminal.settings.providers)
        terminal.note(terminal.tr("Recordings are transcribed by, in this order: {order}.", order=order))
    variables = {found.variable for found in (await keys.overview()).sets if found.key.name == name and found.variable}
    for variable in variables:
        terminal.note(terminal.tr("The environment variable {variable} is set too, and wins.", variable=variable))
    return 0


async def list_keys(terminal: Terminal, profile: str) -> int:
    """One line a key: profile, name, its last characters, and where it comes from."""
    listed = await _keys(terminal).overview()
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
    async with terminal.notula() as notula:
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
    """Remove the keys of one name from the keyring."""
    await _keys(terminal).delete(name, profile)
    terminal.note(terminal.tr("The key for {name} is deleted.", name=name))
    return 0


def read_key(terminal: Terminal, name: str) -> str:
    """Read a key from the terminal without echo, or from standard input."""
    if sys.stdin.isatty():
        question = terminal.tr("Key for {name}:", name=name)
        return getpass.getpass(f"{question} ")
    return sys.stdin.read(_LONGEST_INPUT_CHARACTERS)


def _keys(terminal: Terminal) -> "Keys":
    from core.app.keys import Keys  # It takes a while, and `notula --help` needn't.

    return Keys(terminal.settings_service, terminal.redactor, timeout_s=_TIMEOUT_S)


def _place(terminal: Terminal, keys: KeySet) -> str:
    return terminal.tr("keyring") if keys.source is KeySource.KEYRING else keys.variable
