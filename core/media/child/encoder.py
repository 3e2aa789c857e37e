"""The encoder's child process: speech in, a file out, behind the same sandbox as the decoder.

It gets only samples, but an attacker's file may have determined them.

parent -> encode {format, bitrate_bps} + PCM     child -> ready {layers}, then encoded + the file for each
"""

import io
import os
import wave
from typing import TYPE_CHECKING

import av
import av.logging
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream

from core.domain.speech import BYTES_PER_SECOND, SAMPLE_RATE_HZ, AudioFormat
from core.media.child import sandbox
from core.system.memory import give_memory_back

if TYPE_CHECKING:
    from core.system.child_entry import ChildChannel

_NICENESS = 5
_BYTES_PER_SAMPLE = 2
_BYTES_AT_ONCE = 10 * BYTES_PER_SECOND
_ADDRESS_SPACE_BYTES = 2 * 1024**3
"""For the speech, the file, and copies of both while they grow; a chunk is an hour at most."""

_CODECS = {
    AudioFormat.OGG: (
        "ogg",
        "libopus",
        "s16",
        {"application": "voip", "compression_level": "3", "frame_duration": "60"},
    ),
    AudioFormat.MP3: ("mp3", "libmp3lame", "s16p", {"compression_level": "5"}),
    AudioFormat.FLAC: ("flac", "flac", "s16", {"compression_level": "3"}),
}
"""For each format libav's container, codec, kind of sample and options. Opus at complexity 3 loses no word and takes
two thirds of the time of 10 (measured); frames of 60 ms have the least overhead (RFC 6716, section 2.1.4)."""


def main(channel: "ChildChannel") -> None:
    """Answer requests until the parent closes the pipe."""
    av.logging.set_level(None)
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    _load_before_sandbox()
    channel.send({"kind": "ready", "layers": sandbox.enter(_ADDRESS_SPACE_BYTES)})
    while (frame := channel.receive()) is not None:
        encoded = encode(frame.body, AudioFormat(frame.header["format"]), frame.header["bitrate_bps"])
        channel.send({"kind": "encoded"}, encoded)
        del frame, encoded  # Both would stay in memory while the next request is received.
        give_memory_back()


def encode(pcm: bytes, audio_format: AudioFormat, bitrate_bps: int | None) -> bytes:
    """16-bit mono speech at 16 kHz as a whole file in this format."""
    if audio_format is AudioFormat.WAV:
        return _as_wav(pcm)
    container, codec, sample_format, options = _CODECS[audio_format]
    file = io.BytesIO()
    speech = memoryview(pcm)
    with av.open(file, "w", format=container) as output:
        stream = output.add_stream(codec, rate=SAMPLE_RATE_HZ, options=options, layout="mono", format=sample_format)
        assert isinstance(stream, AudioStream)
        if bitrate_bps is not None:
            stream.bit_rate = bitrate_bps
        for at in range(0, len(speech), _BYTES_AT_ONCE):
            part = speech[at : at + _BYTES_AT_ONCE]
            frame = AudioFrame(sample_format, "mono", len(part) // _BYTES_PER_SAMPLE)
            frame.sample_rate = SAMPLE_RATE_HZ
            frame.pts = at // _BYTES_PER_SAMPLE
            memoryview(frame.planes[0])[: len(part)] = part
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return file.getvalue()


def _load_before_sandbox() -> None:
    """Encode a moment in each format, so that code loaded at first use is loaded before the sandbox is entered."""
    for audio_format in AudioFormat:
        if audio_format is AudioFormat.WAV or audio_format in _CODECS:
            encode(bytes(BYTES_PER_SECOND // 10), audio_format, None)
    give_memory_back()


def _as_wav(pcm: bytes) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setparams((1, 2, SAMPLE_RATE_HZ, 0, "NONE", ""))
        writer.writeframes(pcm)
    return file.getvalue()
