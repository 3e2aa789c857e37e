"""The edit lists of an MP4: which parts of its sound are played, when, and how fast.

libav reads the usual ones. Of others the numbers are corrected to what they stand for: a part without a length goes to
the end of the sound (https://developer.apple.com/documentation/quicktime-file-format/edit_list_atom), one that stands
still or plays nothing is silence, and one at another speed is read at the speed of its recording.

Only the decoder's child imports this.
"""

from dataclasses import dataclass

from core.media.child.containers.mp4_boxes import Box, box_in, boxes_in, number_at
from core.media.child.containers.seekable_file import SeekableFile, bytes_at

_MOST_ENTRIES = 10_000
_MOST_LEFT_OUT = 0.02
_SPEED_OF_RECORDING = 1 << 16
_BEHIND_ALL = (1 << 31) - 1


@dataclass(frozen=True, slots=True)
class EditLists:
    """What to read in place of other bytes.

    With `has_other_speed` a part of the sound is to be played faster or slower, with `leaves_out` not all of it is.
    """

    corrections: tuple[tuple[int, bytes], ...] = ()
    has_other_speed: bool = False
    leaves_out: bool = False


@dataclass(slots=True)
class _Edit:
    """An entry. `begin` is -1 where nothing is played, `speed` in 65536ths."""

    duration: int
    begin: int
    speed: int


def edit_lists_of(file: SeekableFile, movie: Box) -> EditLists:
    """Those of the tracks of sound of this `moov`."""
    header = box_in(file, movie, b"mvhd")
    corrections: list[tuple[int, bytes]] = []
    has_other_speed = leaves_out = False
    if header is None or box_in(file, movie, b"mvex") is not None:  # In fragments a length of 0 is usual.
        return EditLists()
    movie_scale, _ = _times(file, header)
    for track in (box for box in boxes_in(file, movie.at, movie.end) if box.name == b"trak"):
        entries, media = box_in(file, track, b"edts", b"elst"), box_in(file, track, b"mdia", b"mdhd")
        handler = box_in(file, track, b"mdia", b"hdlr")
        if entries is None or media is None or handler is None or bytes_at(file, handler.at + 8, 4) != b"soun":
            continue
        scale, length = _times(file, media)
        if not movie_scale or not scale:
            continue
        width = 8 if number_at(file, entries.at, 1) == 1 else 4
        edits = _edits(file, entries, width)
        right = [_corrected(edit, number, length, movie_scale / scale) for number, edit in enumerate(edits)]
        has_other_speed |= any(edit.speed not in (0, _SPEED_OF_RECORDING) for edit in edits)
        played = sum(edit.duration for edit in right if 0 <= edit.begin < length)
        leaves_out |= played < (1 - _MOST_LEFT_OUT) * length * movie_scale / scale
        corrections += [
            (entries.at + 8 + number * (2 * width + 4), _written(edit, width))
            for number, edit in enumerate(right)
            if edit != edits[number]
        ]
    return EditLists(tuple(corrections), has_other_speed, leaves_out)


def _times(file: SeekableFile, header: Box) -> tuple[int, int]:
    """The time scale and duration of a movie's or track's header; a duration of all ones isn't known."""
    is_long = number_at(file, header.at, 1) == 1
    at, width = (header.at + 20, 8) if is_long else (header.at + 12, 4)
    duration = number_at(file, at + 4, width)
    return number_at(file, at, 4), 0 if duration == (1 << 8 * width) - 1 else duration


def _edits(file: SeekableFile, entries: Box, width: int) -> list[_Edit]:
    step = 2 * width + 4
    count = min(number_at(file, entries.at + 4, 4), (entries.end - entries.at - 8) // step, _MOST_ENTRIES)
    data = bytes_at(file, entries.at + 8, count * step)
    return [
        _Edit(
            int.from_bytes(data[at : at + width], "big"),
            int.from_bytes(data[at + width : at + 2 * width], "big", signed=True),
            int.from_bytes(data[at + 2 * width : at + step], "big", signed=True),
        )
        for at in range(0, len(data) - step + 1, step)
    ]


def _corrected(edit: _Edit, number: int, length: int, ratio: float) -> _Edit:
    """The entry as libav understands it; `length` is that of the sound, `ratio` the movie's time scale by its own."""
    begin, duration = edit.begin, edit.duration
    if edit.speed == 0 and begin >= 0:
        begin = -1
    if begin == -1 and number:
        begin = _BEHIND_ALL  # libav knows that nothing is played at the beginning only.
    if 0 <= begin < length:
        if edit.speed > 0:
            duration = round(duration * edit.speed / _SPEED_OF_RECORDING)
        duration = duration or round((length - begin) * ratio)
    return _Edit(duration, begin, _SPEED_OF_RECORDING)


def _written(edit: _Edit, width: int) -> bytes:
    most = (1 << 8 * width) - 1
    return (
        min(edit.duration, most).to_bytes(width, "big")
        + edit.begin.to_bytes(width, "big", signed=True)
        + edit.speed.to_bytes(4, "big", signed=True)
    )
