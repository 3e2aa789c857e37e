"""The speakers of a transcript: who they are, how much they say, and their names."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from core.domain.errors.speakers import NoSpeakers, SpeakerNameRefused, SpeakersChanged, SpeakerUnknown
from core.domain.transcript import Transcript
from core.domain.visible import one_line

LONGEST_NAME = 64
"""Characters: longer than the names of most people, and short enough for a subtitle's line and a button."""

MOST_PEOPLE = 10
"""How many people a person may say that there are in a recording."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """One speaker. `number` counts from 1 by first appearance; `share` is that of all that is said by somebody, 0 to 1.

    `first_words` is the first text of theirs, as it was transcribed.
    """

    number: int
    name: str
    seconds: float
    share: float
    first_words: str


def speakers_of(transcript: Transcript) -> tuple[Speaker, ...]:
    """Who speaks, by first appearance; empty where the transcript doesn't say."""
    seconds: dict[str, float] = {}
    first_words: dict[str, str] = {}
    for segment in transcript.segments:
        name = one_line(segment.speaker or "")
        if name:
            seconds[name] = seconds.get(name, 0.0) + max(0.0, segment.end_s - segment.start_s)
            if segment.text.strip():
                first_words.setdefault(name, segment.text)
    whole = sum(seconds.values())
    return tuple(
        Speaker(number, name, length, length / whole if whole else 0.0, first_words.get(name, ""))
        for number, (name, length) in enumerate(seconds.items(), 1)
    )


def speaker_name(text: str) -> str:
    """A name as a person has typed it, without what can't be seen. Raises `SpeakerNameRefused`."""
    name = one_line(text)
    if not 1 <= len(name) <= LONGEST_NAME:
        raise SpeakerNameRefused(most=LONGEST_NAME)
    return name


def find_speaker(transcript: Transcript, number_or_name: str) -> Speaker:
    """The speaker of this name, else of this number. Raises `NoSpeakers` and `SpeakerUnknown`."""
    speakers = speakers_of(transcript)
    if not speakers:
        raise NoSpeakers
    wanted = one_line(number_or_name)
    found = [one for one in speakers if wanted == one.name] or [one for one in speakers if wanted == str(one.number)]
    if not found:
        names = ", ".join(f"{one.number} {one.name}" for one in speakers)
        raise SpeakerUnknown(speaker=wanted, speakers=names)
    return found[0]


def with_names(transcript: Transcript, names: Mapping[str, str]) -> Transcript:
    """The transcript with these new names by present name, all given at once, so that two may be swapped.

    Speakers who get the same name are one from then on. Raises `NoSpeakers`, `SpeakerUnknown`, `SpeakerNameRefused`.
    """
    chosen = {find_speaker(transcript, name).name: speaker_name(new) for name, new in names.items()}
    return with_speakers(transcript, tuple(_named(segment.speaker, chosen) for segment in transcript.segments))


def with_speakers(transcript: Transcript, speakers: tuple[str | None, ...]) -> Transcript:
    """The transcript with the speaker of each segment, in their order. Raises `SpeakersChanged` for another number."""
    if len(speakers) != len(transcript.segments):
        raise SpeakersChanged
    segments = tuple(
        segment if segment.speaker == speaker else replace(segment, speaker=speaker)
        for segment, speaker in zip(transcript.segments, speakers, strict=True)
    )
    return replace(transcript, segments=segments)


def segment_speakers(transcript: Transcript) -> tuple[str | None, ...]:
    """The speaker of each segment, as `with_speakers` takes them."""
    return tuple(segment.speaker for segment in transcript.segments)


def _named(speaker: str | None, names: Mapping[str, str]) -> str | None:
    return None if speaker is None else names.get(one_line(speaker), speaker)
