"""`notula voices`: remember, recognise and forget voices."""

from core.cli.terminal import Terminal
from core.domain import TranscriptId


async def list_voices(terminal: Terminal) -> int:
    """The names of the voices that are remembered."""
    async with terminal.notula() as notula:
        names = await notula.remembered_voices.names()
    for name in names:
        terminal.say(name)
    if not names:
        terminal.note(terminal.tr("No voice is remembered."))
    return 0


async def remember_voice(terminal: Terminal, number: int, speaker: str, name: str) -> int:
    """Remember the voice of a speaker, who has agreed to it."""
    async with terminal.notula() as notula:
        is_there = await notula.remembered_voices.remember(TranscriptId(number), speaker, name)
    if not is_there:
        return _missing(terminal, number)
    terminal.note(terminal.tr("The voice is remembered as {name}.", name=name))
    return 0


async def suggest_names(terminal: Terminal, number: int) -> int:
    """Say whose voices the speakers' may be, and how to use the names. Nothing is changed."""
    async with terminal.notula() as notula:
        names = await notula.remembered_voices.suggestions(TranscriptId(number))
    if names is None:
        return _missing(terminal, number)
    for speaker, name in names.items():
        terminal.say(terminal.tr("{speaker} sounds like {name} (suggestion).", speaker=speaker, name=name))
        terminal.note(f'notula speakers {number} "{speaker}={name}"')
    if not names:
        terminal.note(terminal.tr("No speaker sounds like a remembered voice."))
    return 0


async def forget_voices(terminal: Terminal, name: str) -> int:
    """Forget the voice of this name, or without one every voice."""
    async with terminal.notula() as notula:
        if name:
            await notula.remembered_voices.forget(name)
        else:
            await notula.remembered_voices.forget_all()
    terminal.note(terminal.tr("Forgotten."))
    return 0


def _missing(terminal: Terminal, number: int) -> int:
    terminal.note(terminal.tr("There is no transcript {number}. 'notula history' lists them.", number=number))
    return 1
