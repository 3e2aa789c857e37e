"""Films for tests: real sound between pictures that are nothing but large."""

import io
from fractions import Fraction
from typing import BinaryIO

import av
import numpy as np

from tests.media_samples import Samples

SOUND_RATE_HZ = 48_000


class SparseFile:
    """A file whose zeros take no room: what is nothing but zeros is skipped instead of written."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def write(self, data: bytes) -> int:
        if any(data[:16]) or any(data):
            return self._file.write(data)
        self._file.seek(len(data), io.SEEK_CUR)
        return len(data)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()


def write_film(
    file: SparseFile | BinaryIO,
    sound: Samples,
    *,
    picture_bytes: int,
    pictures_per_s: int,
    container: str = "mp4",
    options: dict[str, str] | None = None,
) -> int:
    """Write a film with `sound`, mono at 48 kHz. Returns how many bytes of it are sound."""
    sound_bytes = 0
    with av.open(file, "w", format=container, options=options or {}) as output:
        pictures = output.add_stream("mpeg4", rate=pictures_per_s)
        pictures.width, pictures.height = 64, 64
        pictures.codec_context.open()
        track = output.add_stream("aac", rate=SOUND_RATE_HZ)
        track.layout = "mono"
        track.codec_context.bit_rate = 128_000
        samples_at_once = 1024
        shown = 0
        for start in range(0, len(sound), samples_at_once):
            while shown * SOUND_RATE_HZ <= start * pictures_per_s:
                picture = av.Packet(bytes(picture_bytes))
                picture.stream = pictures
                picture.time_base = Fraction(1, pictures_per_s)
                picture.pts = picture.dts = shown
                picture.is_keyframe = True
                output.mux(picture)
                shown += 1
            frame = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(sound[start : start + samples_at_once])[np.newaxis, :], format="s16", layout="mono"
            )
            frame.sample_rate = SOUND_RATE_HZ
            frame.pts = start
            for packet in track.encode(frame):
                sound_bytes += packet.size
                output.mux(packet)
        for packet in track.encode(None):
            sound_bytes += packet.size
            output.mux(packet)
    return sound_bytes
