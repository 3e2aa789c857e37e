"""`notula speakers`: who speaks in a transcript, and what they are called."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from core.cli.terminal import Terminal
from core.domain import StoredTranscript, Transcript, TranscriptId
from core.domain.errors import NoSpeakers, SpeakerNameRefused, SpeakerUnknown
from core.domain.graphemes import grapheme_start
from core.domain.speakers import Speaker, find_speaker, speaker_name, speakers_of
from core.domain.visible import one_line

if TYPE_CHECKING:
    from core.app.library import Library
    from core.app.transcripts import Transcripts

_FIRST_WORDS = 60
"""Characters of what a speaker says first that fit on a line beside the rest."""


def checked_names(terminal: Terminal, names: Sequence[str]) -> tuple[str, ...]:
    """The arguments as they are, each of a speaker, `=` and a name. Raises `typer.BadParameter`."""
    for argument in names:
        speaker, equals, name = argument.partition("=")
        if not (speaker.strip() and equals):
            raise typer.BadParameter(
                terminal.tr("Write a speaker and a name, as in 1=Narrator."), param_hint="SPEAKER=NAME"
            )
        try:
            speaker_name(name.rpartition("=")[2])
        except SpeakerNameRefused as error:
            raise typer.BadParameter(terminal.tr.message(error.message), param_hint="SPEAKER=NAME") from error
    return tuple(names)


async def list_speakers(terminal: Terminal, number: int) -> int:
    """One line a speaker: number, name, share of the speech, length, and what they say first."""
    async with terminal.library() as library:
        stored = await _find(terminal, library, number)
    if stored is None:
        return 1
    _say_speakers(terminal, stored.transcript)
    return 0


async def name_speakers(terminal: Terminal, number: int, names: Sequence[str]) -> int:
    """Give speakers names, and list them as they are called then."""
    async with terminal.notula() as notula:
        stored = await _find(terminal, notula.transcripts, number)
        if stored is None:
            return 1
        chosen = _chosen(terminal, stored.transcript, names)
        named = await notula.transcripts.name_speakers(stored.entry.id, chosen)
    if named is None:
        _say_missing(terminal, number)
        return 1
    _say_speakers(terminal, named.transcript)
    _note_merged(terminal, stored.transcript, chosen)
    return 0


def _chosen(terminal: Terminal, transcript: Transcript, names: Sequence[str]) -> dict[str, str]:
    """New names by present name. Raises `SpeakersError`, and `typer.BadParameter` for a speaker with two names."""
    chosen: dict[str, str] = {}
    for argument in names:
        speaker, name = _split(transcript, argument)
        if speaker.name in chosen:
            raise typer.BadParameter(
                terminal.tr("{speaker} is named twice.", speaker=speaker.name), param_hint="SPEAKER=NAME"
            )
        chosen[speaker.name] = speaker_name(name)
    return chosen


def _split(transcript: Transcript, argument: str) -> tuple[Speaker, str]:
    """The speaker and the name: at the first `=` after a speaker, since both may hold one themselves."""
    unknown: SpeakerUnknown | None = None
    for place in (place for place, character in enumerate(argument) if character == "="):
        try:
            return find_speaker(transcript, argument[:place]), argument[place + 1 :]
        except SpeakerUnknown as error:
            unknown = unknown or error
    assert unknown is not None
    raise unknown


def _say_speakers(terminal: Terminal, transcript: Transcript) -> None:
    speakers = speakers_of(transcript)
    if not speakers:
        raise NoSpeakers
    width = max(len(speaker.name) for speaker in speakers)
    for speaker in speakers:
        minutes, seconds = divmod(round(speaker.seconds), 60)
        words = one_line(speaker.first_words)
        excerpt = words if len(words) <= _FIRST_WORDS else f"{words[: grapheme_start(words, _FIRST_WORDS)].rstrip()}…"
        length = f"{minutes:>4}:{seconds:02}"
        terminal.say(
            f"{speaker.number:>3}  {speaker.name:<{width}}  {speaker.share:>4.0%}  {length}  {excerpt}".rstrip()
        )


def _note_merged(terminal: Terminal, before: Transcript, chosen: dict[str, str]) -> None:
    """Say which speakers are one now."""
    earlier: dict[str, list[str]] = {}
    for speaker in speakers_of(before):
        earlier.setdefault(chosen.get(speaker.name, speaker.name), []).append(speaker.name)
    for name, speakers in earlier.items():
        if len(speakers) > 1:
            terminal.note(
                terminal.tr("{speakers} are one speaker now: {name}.", speakers=", ".join(speakers), name=name)
            )


async def _find(terminal: Terminal, transcripts: "Transcripts | Library", number: int) -> StoredTranscript | None:
    stored = await transcripts.get(TranscriptId(number))
    if stored is None:
        _say_missing(terminal, number)
    return stored


def _say_missing(terminal: Terminal, number: int) -> None:
    terminal.note(terminal.tr("There is no transcript {number}. 'notula history' lists them.", number=number))
