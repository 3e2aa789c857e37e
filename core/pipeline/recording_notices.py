"""What a transcript's reader has to know of the recording: the notices that stay with it."""

import math
from collections.abc import Iterable, Sequence

from core.domain import TranslatableText, mark
from core.domain.no_speech import ONLY_NOISE, SILENT, UNWRITTEN, UNWRITTEN_AND_MORE
from core.domain.translatable_text import TranslatableValue
from core.media import DecodeReport, MediaInfo
from core.media.decoded import LOUDNESS_FRAME_S

BREAKS_OFF = mark("The recording breaks off after {time}; what came before is written down.")

OTHER_LANGUAGE = mark("Another language seems to be spoken at {times}; what is written there may be wrong.")
OTHER_LANGUAGE_AND_MORE = mark(
    "Another language seems to be spoken at {times} and in other places; what is written there may be wrong."
)

NOISY = mark("It is noisy at {times}, or another language is spoken; what is written there may be wrong.")
NOISY_AND_MORE = mark(
    "It is noisy at {times} and in other places, or another language is spoken; what is written there may be wrong."
)

AT_ONCE = mark(
    "Two people seem to talk at the same time on two channels at {times}. Both were heard together, so words of either "
    "may be missing or wrong there. To get both, transcribe each channel as a recording of its own."
)
AT_ONCE_AND_MORE = mark(
    "Two people seem to talk at the same time on two channels at {times} and in other places. Both were heard "
    "together, so words of either may be missing or wrong there. To get both, transcribe each channel as a recording "
    "of its own."
)

_MOST_PLACES = 5

_ONE_PLACE_S = 15.0
"""What begins so soon after the end of the last is told as one place."""

IS_DAMAGED = mark("A part of the recording at about {time} is damaged; what can be read is written down.")

ONE_TRACK = mark("This is track {track} of {tracks} tracks of sound; the others were left out.")
TRACK_WITH_SOUND = mark(
    "This is track {track} of {tracks} tracks of sound: track {silent}, which is usually played, is silent. The others "
    "were left out."
)

TRACK_BESIDE_NOISE = mark(
    "This is track {track} of {tracks} tracks of sound: track {noise}, which is usually played, is only hum or hiss. "
    "The others were left out."
)

ONE_PART = mark("Only the part from {begin} to {end} is written down.")
ONE_PART_TO_THE_END = mark("Only the part from {begin} to the end is written down.")

IS_LEFT_OUT = mark("A part of the recording is in a format that Notula can't read, and is left out.")

HAS_OTHER_SPEED = mark(
    "A part of the recording is to be played faster or slower. It was read at the speed of its recording, so players "
    "show other times."
)
HAS_CUTS = mark("The file also holds sound that was cut out of the recording in an editor; it is left out.")


def notices_on(
    report: DecodeReport | None,
    *,
    has_sound: bool,
    has_text: bool,
    unwritten_s: Sequence[float] = (),
    other_language_s: Sequence[float] = (),
    noisy_s: Sequence[float] = (),
    at_once_s: Sequence[float] = (),
) -> tuple[TranslatableText, ...]:
    """The notices that follow from how the recording could be decoded, and from what came of it.

    `unwritten_s` are the places where somebody speaks whose words could not be made out, `other_language_s` those where
    another language seems to be spoken than the one that is written, `noisy_s` those where noise may be all that makes
    it seem so, `at_once_s` those where two people talk at once, each on a channel. None is the report of a recording
    that wasn't decoded, or not to its end.
    """
    notices = []
    if unwritten_s:
        notices.append(_at(unwritten_s, UNWRITTEN, UNWRITTEN_AND_MORE))
    elif not has_text:
        notices.append(TranslatableText(ONLY_NOISE if has_sound else SILENT))
    if other_language_s:
        notices.append(_at(other_language_s, OTHER_LANGUAGE, OTHER_LANGUAGE_AND_MORE))
    if noisy_s:
        notices.append(_at(noisy_s, NOISY, NOISY_AND_MORE))
    if at_once_s:
        notices.append(_at(at_once_s, AT_ONCE, AT_ONCE_AND_MORE))
    if report is None:
        return tuple(notices)
    if report.truncated:
        notices.append(TranslatableText(BREAKS_OFF, {"time": clock_time(report.decoded_s)}))
    if report.damaged_at_s is not None:
        notices.append(TranslatableText(IS_DAMAGED, {"time": clock_time(report.damaged_at_s)}))
    if report.has_left_out:
        notices.append(TranslatableText(IS_LEFT_OUT))
    if report.has_other_speed:
        notices.append(TranslatableText(HAS_OTHER_SPEED))
    if report.has_cuts:
        notices.append(TranslatableText(HAS_CUTS))
    return tuple(notices)


def places_of(spans: Iterable[tuple[float, float]]) -> list[float]:
    """Where it begins that these stretches of a recording have in common; in one place where they follow each other."""
    places: list[float] = []
    last_s = -math.inf
    for start_s, end_s in sorted(spans):
        if start_s - last_s >= _ONE_PLACE_S:
            places.append(start_s)
        last_s = max(last_s, end_s)
    return places


def apart_from(
    others: Sequence[tuple[float, float]], spans: Iterable[tuple[float, float]]
) -> list[tuple[float, float]]:
    """The spans that touch none of the others."""
    return [one for one in spans if not any(one[0] < end_s and start_s < one[1] for start_s, end_s in others)]


def _at(places_s: Sequence[float], sentence: str, sentence_for_many: str) -> TranslatableText:
    times = ", ".join(clock_time(at_s) for at_s in places_s[:_MOST_PLACES])
    return TranslatableText(sentence if len(places_s) <= _MOST_PLACES else sentence_for_many, {"times": times})


def notices_on_tracks(info: MediaInfo) -> tuple[TranslatableText, ...]:
    """Which of several tracks of sound was transcribed."""
    if info.tracks == 1:
        return ()
    values: dict[str, TranslatableValue] = {"track": info.track, "tracks": info.tracks}
    if info.noise_track is not None:
        return (TranslatableText(TRACK_BESIDE_NOISE, values | {"noise": info.noise_track}),)
    if info.silent_track is None:
        return (TranslatableText(ONE_TRACK, values),)
    return (TranslatableText(TRACK_WITH_SOUND, values | {"silent": info.silent_track}),)


def notices_on_part(from_s: float | None, until_s: float | None, end_s: float) -> tuple[TranslatableText, ...]:
    """Which part of the recording was transcribed; None for its beginning or end. `end_s` is where reading ended."""
    if from_s is None and until_s is None:
        return ()
    begin = clock_time(from_s or 0.0)
    if until_s is None or until_s > end_s + LOUDNESS_FRAME_S:  # The recording ends before the part would.
        return (TranslatableText(ONE_PART_TO_THE_END, {"begin": begin}),)
    return (TranslatableText(ONE_PART, {"begin": begin, "end": clock_time(until_s)}),)


def track_of(notices: Iterable[TranslatableText]) -> int:
    """Which of several tracks of sound a transcript with these notices was made of; 0 where there was only one."""
    for notice in notices:
        track = notice.values.get("track")
        if notice.template in (ONE_TRACK, TRACK_WITH_SOUND, TRACK_BESIDE_NOISE) and isinstance(track, int):
            return track
    return 0


def clock_time(seconds: float) -> str:
    """A place in a recording as players show it: 4:05, 1:04:05."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"
