"""The time stretcher's child process: speech in, the same speech faster or slower at its pitch out.

It gets only samples, but an attacker's file may have determined them, so it is in the sandbox of decoder and encoder.

parent -> stretch {speed, is_first} + PCM     child -> ready {layers}, then stretched + PCM for each
"""

from typing import TYPE_CHECKING

import av
import av.filter
import av.logging
from av.audio.frame import AudioFrame
from av.error import BlockingIOError as NothingYet

from core.domain.speech import SAMPLE_RATE_HZ
from core.media.child import sandbox

if TYPE_CHECKING:
    from core.system.child_entry import ChildChannel

_ADDRESS_SPACE_BYTES = 1024**3
_BYTES_PER_SAMPLE = 2


def main(channel: "ChildChannel") -> None:
    """Answer requests until the parent closes the pipe."""
    av.logging.set_level(None)
    Stretcher(1.5).add(bytes(2 * SAMPLE_RATE_HZ))  # Loads what is loaded at first use, before the sandbox is entered.
    channel.send({"kind": "ready", "layers": sandbox.enter(_ADDRESS_SPACE_BYTES)})
    stretcher: Stretcher | None = None
    while (frame := channel.receive()) is not None:
        if stretcher is None or frame.header["is_first"]:
            stretcher = Stretcher(float(frame.header["speed"]))
        channel.send({"kind": "stretched"}, stretcher.add(frame.body))


class Stretcher:
    """Stretches pieces that follow each other. What it gives is some milliseconds behind what it got."""

    def __init__(self, speed: float) -> None:
        """`speed` is from 0.5 to 2 (https://ffmpeg.org/ffmpeg-filters.html#atempo)."""
        self._graph = graph = av.filter.Graph()
        source = graph.add_abuffer(sample_rate=SAMPLE_RATE_HZ, format="s16", layout="mono", name="in")
        tempo = graph.add("atempo", str(speed))
        sink = graph.add("abuffersink")
        source.link_to(tempo)
        tempo.link_to(sink)
        graph.configure()
        self._samples = 0

    def add(self, pcm: bytes) -> bytes:
        """What there is of 16-bit mono speech at 16 kHz so far."""
        if len(pcm) < _BYTES_PER_SAMPLE:
            return b""
        frame = AudioFrame("s16", "mono", len(pcm) // _BYTES_PER_SAMPLE)
        frame.sample_rate = SAMPLE_RATE_HZ
        frame.pts = self._samples
        self._samples += frame.samples
        memoryview(frame.planes[0])[: len(pcm)] = pcm
        self._graph.push(frame)
        pieces: list[bytes] = []
        while True:
            try:
                made = self._graph.pull()
            except NothingYet:
                return b"".join(pieces)
            assert isinstance(made, AudioFrame)
            pieces.append(bytes(memoryview(made.planes[0])[: made.samples * _BYTES_PER_SAMPLE]))
