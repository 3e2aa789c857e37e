"""When the fragments of an MP4 begin, by their own times (`tfdt`) and by how long those before them are.

A recorder that was started again begins anew at 0, some leave all at 0, and libav leaves out what comes at a time that
has been. So a time that goes back is read as the end of the fragment before, and so is one wrong time between right
ones. A time that goes forward is a gap, and stays. Layout: ISO/IEC 14496-12, sections 8.8.7 to 8.8.12.

Only the decoder's child imports this.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.media.child.containers.mp4_boxes import Box, box_in, boxes_in, number_at
from core.media.child.containers.seekable_file import SeekableFile, bytes_at

_HAS_OFFSET, _HAS_DESCRIPTION, _HAS_DURATION = 0x1, 0x2, 0x8
_HAS_DATA_OFFSET, _HAS_FIRST_FLAGS = 0x1, 0x4
_OF_SAMPLES = (0x100, 0x200, 0x400, 0x800)
_MOST_SAMPLES = 1_000_000


@dataclass(frozen=True, slots=True)
class _Fragment:
    """What one track has in a fragment: its time, where that is written, in how many bytes, and its length."""

    at: int
    width: int
    time: int
    duration: int


@dataclass(frozen=True, slots=True)
class FragmentTimes:
    """The times that are wrong, as where each is and what to read in its place, and fragments that are impossible."""

    corrections: tuple[tuple[int, bytes], ...] = ()
    damaged: tuple[Box, ...] = ()


class FragmentReader:
    """Reads the fragments (`moof`) of the film with this index as they are come by: to find them anew takes long."""

    def __init__(self, file: SeekableFile, movie: Box) -> None:
        self._file = file
        self._durations = _usual_durations(file, movie)
        self._tracks: dict[int, list[_Fragment]] = defaultdict(list)
        self._damaged: list[Box] = []

    def add(self, fragment: Box) -> None:
        """The next one."""
        if _has_impossible_samples(self._file, fragment):
            self._damaged.append(fragment)
            return
        for track in (box for box in boxes_in(self._file, fragment.at, fragment.end) if box.name == b"traf"):
            _add(self._file, track, self._durations, self._tracks)

    def times(self) -> FragmentTimes:
        """What the times of all of them should be."""
        corrections = tuple(correction for track in self._tracks.values() for correction in _corrections(track))
        return FragmentTimes(corrections, tuple(self._damaged))


def _usual_durations(file: SeekableFile, movie: Box) -> dict[int, int]:
    """How long samples of each track are where a fragment doesn't say."""
    extends = box_in(file, movie, b"mvex")
    boxes = boxes_in(file, extends.at, extends.end) if extends is not None else ()
    return {number_at(file, box.at + 4, 4): number_at(file, box.at + 12, 4) for box in boxes if box.name == b"trex"}


def _add(file: SeekableFile, track: Box, durations: dict[int, int], tracks: dict[int, list[_Fragment]]) -> None:
    header, time = box_in(file, track, b"tfhd"), box_in(file, track, b"tfdt")
    if header is None or time is None:
        return
    flags, number = number_at(file, header.at + 1, 3), number_at(file, header.at + 4, 4)
    usual = durations.get(number, 0)
    if flags & _HAS_DURATION:
        before = 8 * bool(flags & _HAS_OFFSET) + 4 * bool(flags & _HAS_DESCRIPTION)
        usual = number_at(file, header.at + 8 + before, 4)
    runs = (box for box in boxes_in(file, track.at, track.end) if box.name == b"trun")
    duration = sum(_duration_of(file, run, usual) for run in runs)
    width = 8 if number_at(file, time.at, 1) == 1 else 4
    tracks[number].append(_Fragment(time.at + 4, width, number_at(file, time.at + 4, width), duration))


def _has_impossible_samples(file: SeekableFile, fragment: Box) -> bool:
    """Whether a sample is longer than the file: libav would take the memory for it."""
    tracks = (box for box in boxes_in(file, fragment.at, fragment.end) if box.name == b"traf")
    runs = (box for track in tracks for box in boxes_in(file, track.at, track.end) if box.name == b"trun")
    for run in runs:
        flags = number_at(file, run.at + 1, 3)
        sizes = _numbers_of(file, run, flags, _OF_SAMPLES[1])
        if any(size > file.size for size in sizes):
            return True
    return False


def _numbers_of(file: SeekableFile, run: Box, flags: int, wanted: int) -> list[int]:
    """One number of all samples of a `trun`; empty where it isn't there."""
    if not flags & wanted:
        return []
    count = min(number_at(file, run.at + 4, 4), _MOST_SAMPLES)
    begin = run.at + 8 + 4 * bool(flags & _HAS_DATA_OFFSET) + 4 * bool(flags & _HAS_FIRST_FLAGS)
    step = 4 * sum(bool(flags & each) for each in _OF_SAMPLES)
    first = 4 * sum(bool(flags & each) for each in _OF_SAMPLES if each < wanted)
    data = bytes_at(file, begin, min(count * step, run.end - begin))
    return [int.from_bytes(data[at : at + 4], "big") for at in range(first, len(data) - 3, step)]


def _duration_of(file: SeekableFile, run: Box, usual: int) -> int:
    flags = number_at(file, run.at + 1, 3)
    if not flags & _OF_SAMPLES[0]:
        return min(number_at(file, run.at + 4, 4), _MOST_SAMPLES) * usual
    return sum(_numbers_of(file, run, flags, _OF_SAMPLES[0]))


def _corrections(fragments: Sequence[_Fragment]) -> Iterable[tuple[int, bytes]]:
    shift = end = 0
    for number, fragment in enumerate(fragments):
        time, jitter = fragment.time + shift, fragment.duration // 2
        following = fragments[number + 1].time + shift if number + 1 < len(fragments) else None
        if number and abs(time - end) > jitter:
            is_alone = following is not None and abs(following - end - fragment.duration) <= jitter
            if is_alone:
                time = end
            elif time < end:
                shift += end - time
                time = end
        if time != fragment.time and time < 1 << 8 * fragment.width:
            yield fragment.at, time.to_bytes(fragment.width, "big")
        end = time + fragment.duration
