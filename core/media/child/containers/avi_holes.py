"""What is missing in an AVI, which keeps no time but by counting: chunks that were left out, and damaged ones.

Its index says which chunk is where. Where sound was left out, the pictures go on without it, and by them it is known
for how long. Layout: https://learn.microsoft.com/windows/win32/directshow/avi-riff-file-reference.

Only the decoder's child imports this.
"""

import re
from collections import deque
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet

from core.media.child.containers.seekable_file import SeekableFile, bytes_at
from core.media.child.sound.percentiles import percentiles

_LEAST_HOLE_S = 0.5
_USUAL_CHUNKS = 3
"""Sound that is late by less than so many of its usual chunks is interleaved so."""

_SAME_S = 0.001
_HEADER_BYTES = 8
_CHUNK = re.compile(rb"\d\d(?:wb|dc|db|tx|pc)|ix\d\d|JUNK|idx1|LIST|RIFF", re.DOTALL)
_PARENTS = (b"LIST", b"RIFF")
_PICTURES = (b"dc", b"db")
_KNOWN_RUNS = 50
_MOST_CHUNKS = 10_000

Numbers = npt.NDArray[np.float64]


class AviHoles:
    """Follows the packets of `stream`, whose file has so many bytes less than its header states, or more."""

    def __init__(
        self, file: SeekableFile, container: InputContainer, stream: AudioStream, lacking_bytes: int = 0
    ) -> None:
        self._file = file
        self._lacking_bytes = lacking_bytes
        self._tick_s = float(stream.time_base or 0)
        self._index = [(entry.pos, entry.timestamp, entry.size) for entry in stream.index_entries]
        self._times: dict[int, float] = {}
        """When a chunk begins by the index, by its place."""
        pictures = next(iter(container.streams.video), None)
        self._picture_s = float(pictures.time_base or 0) if pictures is not None else 0.0
        self._shown_s: deque[float] = deque(maxlen=_KNOWN_RUNS)
        """How long the last runs of pictures between chunks of sound are."""
        self._pictures = [
            (entry.pos, (entry.timestamp + 1) * self._picture_s)
            for entry in (pictures.index_entries if pictures else ())
        ]
        self._holes: deque[tuple[int, float]] = deque()
        self._first = self._end = -1
        """Where the first packet begins, and where the last one ends."""
        self._next_s: float | None = None
        self._sound_s = 0.0

    def before(self, packet: "Packet[Any]") -> tuple[float, bool]:
        """How many seconds are missing before this packet, and whether they are damaged."""
        if packet.pos is None or not packet.size:
            return 0.0, False
        at = packet.pos - _HEADER_BYTES
        if self._first < 0:
            self._first = at
            self._read_index(packet)
        time_s, packet_s = self._times.get(at), (packet.duration or 0) * self._tick_s
        missing_s, is_damaged = 0.0, False
        is_expected = time_s is not None and self._next_s is not None and abs(time_s - self._next_s) < _SAME_S
        if self._end >= 0 and at > self._end and not (is_expected and self._picture_s):
            empty, pictures, is_damaged = self._between(self._end, at)
            if is_damaged:
                missing_s = self._lost_s(at, time_s)
            elif not self._picture_s:
                missing_s = empty * packet_s
            elif time_s is None:
                missing_s = self._left_out_s(pictures * self._picture_s, packet_s)
        while self._holes and self._holes[0][0] <= at:
            missing_s += self._holes.popleft()[1]
        self._end = packet.pos + packet.size + packet.size % 2
        self._next_s = None if time_s is None else time_s + packet_s
        self._sound_s += missing_s
        return missing_s, is_damaged

    def _read_index(self, first: "Packet[Any]") -> None:
        """The index counts bytes where all samples are of one size; the packets say how many go into their unit."""
        counts_bytes = all(
            later - time == size
            for (_, time, size), (_, later, _) in zip(self._index[:9], self._index[1:10], strict=False)
        )
        unit = first.size / first.duration if counts_bytes and first.duration else 1.0
        self._times = {place: time / unit * self._tick_s for place, time, _ in self._index}
        if self._pictures:
            self._holes.extend(_holes(np.array(list(self._times.items())).reshape(-1, 2), np.array(self._pictures)))
        self._index.clear()
        self._pictures.clear()

    def add_sound(self, seconds: float) -> None:
        """So much sound was in the packet."""
        self._sound_s += seconds

    def _lost_s(self, at: int, time_s: float | None) -> float:
        """How long what is damaged before this place was: by the index, else by how many bytes a second takes."""
        if time_s is not None and self._next_s is not None:
            return max(0.0, time_s - self._next_s)
        size = max(0, at - self._end + self._lacking_bytes)
        self._lacking_bytes = 0
        return size * self._sound_s / max(self._end - self._first, 1)

    def _left_out_s(self, shown_s: float, packet_s: float) -> float:
        """How long sound was left out beside pictures of this length, without an index: by what is usual before."""
        usual_s = _median(self._shown_s) if len(self._shown_s) >= _USUAL_CHUNKS else shown_s
        if shown_s > _LEAST_HOLE_S + _USUAL_CHUNKS * max(usual_s, packet_s):
            return shown_s - usual_s
        if shown_s:
            self._shown_s.append(shown_s)
        return 0.0

    def _between(self, at: int, end: int) -> tuple[int, int, bool]:
        """How many empty chunks of sound, and of pictures, are between these places, and whether there is damage."""
        place, empty, pictures = self._file.tell(), 0, 0
        try:
            for _ in range(_MOST_CHUNKS):
                if at >= end:
                    break
                head = bytes_at(self._file, at, _HEADER_BYTES)
                if len(head) < _HEADER_BYTES or not _CHUNK.match(head):
                    return empty, pictures, True
                length = int.from_bytes(head[4:], "little")
                empty += head[2:4] == b"wb" and not length
                pictures += head[2:4] in _PICTURES
                at += _HEADER_BYTES + (4 if head[:4] in _PARENTS else length + length % 2)
            return empty, pictures, at > end
        finally:
            self._file.seek(place)  # Where libav will read on.


def _holes(sound: Numbers, pictures: Numbers) -> Iterable[tuple[int, float]]:
    """Where pictures go on without sound, and for how long: by place and time of all chunks of both.

    How far the pictures are ahead changes with every chunk, and it is only a hole where they stay ahead to the end.
    Before the first chunk of sound it is one as well.
    """
    if len(sound) < _USUAL_CHUNKS or not len(pictures):
        return
    shown = np.concatenate([[0.0], pictures[:, 1]])[np.searchsorted(pictures[:, 0], sound[:, 0])]
    ahead = shown - sound[:, 1]
    stays_ahead = np.minimum.accumulate(ahead[::-1])[::-1]
    least_s = max(_LEAST_HOLE_S, _USUAL_CHUNKS * _median(np.diff(sound[:, 1])))
    steps = np.diff(stays_ahead, prepend=0.0)
    places = np.flatnonzero(steps > least_s)
    lacking_s = pictures[-1, 1] - sound[-1, 1]
    if steps[places].sum() > lacking_s + _LEAST_HOLE_S:
        return  # There is enough sound for all pictures: it is interleaved in pieces of several lengths.
    for number in places:
        yield int(sound[number, 0]), float(steps[number])


def _median(values: Sequence[float] | npt.NDArray[Any]) -> float:
    (median,) = percentiles(values, (50,))
    return median
