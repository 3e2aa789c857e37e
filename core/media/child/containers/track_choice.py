"""Chooses among several tracks of sound by what is heard in them: screen recorders leave the first one silent.

Or there is the hum of a microphone in it that nobody uses.

Only the decoder's child imports this.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from av.audio.frame import AudioFrame
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Discard

from core.media.child.sound.percentiles import percentiles
from core.media.child.sound.samples import samples_of

_PLACES = (0.0, 0.5, 0.25, 0.75, 0.125, 0.375, 0.625, 0.875)
"""Where it listens, as shares of the recording's length, until there is sound in the track that is preferred."""

_LISTENED_S = 2.0
_MAX_PACKETS = 600
"""How much of each place is decoded of each track, and how many packets of all tracks are read for that at most."""

_SOUND_DB = -65.0
_MUCH_LOUDER_DB = 20.0
_AUDIBLE_DB = -85.0
"""A track with sound of the first level stays; another one takes its place only if it is audible and much louder."""

_SILENCE_DB = -140.0
_LOUD_PERCENTILE = 90
_LEVEL_S = 0.05
_STEADY_DB = 4.0
_STEADY_PERCENTILES = (10, 98)
_LEAST_LEVELS = 20
"""Sound that stays this close to one level, in so many pieces of some 50 ms, is hum or hiss: a voice goes up and down
by ten times as much."""

_MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True)
class TrackChoice:
    """A stream, by its index, and the one that would be usual but is silent or, with `is_noise`, steady noise."""

    chosen: int
    passed_over: int | None = None
    is_noise: bool = False


def track_with_sound(container: InputContainer, streams: Sequence[int], duration_s: float | None) -> TrackChoice:
    """Which of these streams to transcribe, by their indexes: the first, unless it is silent or nothing but noise.

    `container` is used up by this. Raises what its reader raises.
    """
    for stream in container.streams:
        if stream.index not in streams:
            stream.discard = Discard.all
    for stream in container.streams.audio:
        if stream.index in streams:
            stream.codec_context.thread_count = 1  # The sandbox allows no new threads.
    levels: dict[int, list[float]] = {index: [] for index in streams}
    preferred, *others = streams
    begins_s = (container.start_time or 0) / _MICROSECONDS
    for share in _PLACES if duration_s else _PLACES[:1]:
        try:
            if share:
                container.seek(round((begins_s + share * (duration_s or 0.0)) * _MICROSECONDS))
            _listen(container, levels)
        except (FFmpegError, IndexError, ValueError):
            continue  # It can't be listened to there, or streams come and go.
        if _loud_db(levels[preferred]) >= _SOUND_DB and not _is_steady(levels[preferred]):
            return TrackChoice(preferred)
    preferred_db = _loud_db(levels[preferred])
    if preferred_db >= _SOUND_DB:
        lively = [each for each in others if _loud_db(levels[each]) >= _SOUND_DB and not _is_steady(levels[each])]
        if not lively:
            return TrackChoice(preferred)
        return TrackChoice(max(lively, key=lambda index: _loud_db(levels[index])), preferred, is_noise=True)
    loudest = max(streams, key=lambda index: _loud_db(levels[index]))
    is_better = _loud_db(levels[loudest]) >= max(_AUDIBLE_DB, preferred_db + _MUCH_LOUDER_DB)
    return TrackChoice(loudest, preferred) if is_better else TrackChoice(preferred)


def _listen(container: InputContainer, levels: dict[int, list[float]]) -> None:
    """Decode a moment from here on, and add the level of each piece of it to those of its stream."""
    heard_s = dict.fromkeys(levels, 0.0)
    pieces = {index: _Piece() for index in levels}
    streams = [container.streams[index] for index in levels]
    for number, packet in enumerate(container.demux(streams)):
        if number >= _MAX_PACKETS or min(heard_s.values()) >= _LISTENED_S:
            break
        index = packet.stream.index
        if heard_s[index] >= _LISTENED_S:
            continue
        try:
            frames = packet.decode()
        except (FFmpegError, ValueError):
            continue
        for frame in frames:
            if isinstance(frame, AudioFrame) and frame.samples and frame.sample_rate > 0:
                heard_s[index] += frame.samples / frame.sample_rate
                levels[index] += pieces[index].add(frame)
    for index, piece in pieces.items():
        levels[index] += piece.rest()


@dataclass(slots=True)
class _Piece:
    """Frames that are taken together: some are shorter than a period of hum."""

    seconds: float = 0.0
    energy: float = 0.0

    def add(self, frame: AudioFrame) -> list[float]:
        """The level of the piece in dB, once it is long enough."""
        frame_s = frame.samples / frame.sample_rate
        self.seconds += frame_s
        self.energy += _power(frame) * frame_s
        return self.rest() if self.seconds >= _LEVEL_S else []

    def rest(self) -> list[float]:
        """The level of what there is."""
        if not self.seconds:
            return []
        power = self.energy / self.seconds
        self.seconds = self.energy = 0.0
        return [10 * float(np.log10(power)) if power > 1e-14 else _SILENCE_DB]


def _power(frame: AudioFrame) -> float:
    try:
        power = float(samples_of(frame).var(axis=1, dtype=np.float64).max())
    except ValueError:
        return 0.0
    return power if np.isfinite(power) else 0.0


def _is_steady(levels: Sequence[float]) -> bool:
    if len(levels) < _LEAST_LEVELS:
        return False
    least_db, most_db = percentiles(levels, _STEADY_PERCENTILES)
    return most_db - least_db < _STEADY_DB


def _loud_db(levels: Sequence[float]) -> float:
    if not levels:
        return _SILENCE_DB
    (loud_db,) = percentiles(levels, (_LOUD_PERCENTILE,))
    return loud_db
