"""What the codecs in Ogg say of a stream in its first packets, and which decoder plays it.

Opus: https://www.rfc-editor.org/rfc/rfc7845. Vorbis: https://xiph.org/vorbis/doc/Vorbis_I_spec.html, section 4.2.
FLAC: https://xiph.org/flac/ogg_mapping.html. Speex: https://www.speex.org/docs/manual/speex-manual/node8.html.

Only the decoder's child imports this.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import av
from av.audio.codeccontext import AudioCodecContext

_OPUS_RATE_HZ = 48_000
_OPUS_SAMPLES = (480, 960, 1920, 2880)
"""Of a frame, for the configurations of SILK; RFC 6716, table 2."""

_STREAM_INFO_BYTES = 34
_LOWEST_RATE_HZ = 1000


@dataclass(frozen=True, slots=True)
class OggCodec:
    """A stream's codec. `rate_hz` counts its granules, `headers` its packets before the sound."""

    name: str
    rate_hz: int
    headers: int


def codec_of(packet: bytes) -> OggCodec | None:
    """The codec of a stream that begins with this packet; None for one that isn't sound, or isn't known here."""
    if packet.startswith(b"OpusHead") and len(packet) >= 19:
        return OggCodec("libopus", _OPUS_RATE_HZ, 2)
    codec = None
    if packet.startswith(b"\x01vorbis") and len(packet) >= 30:
        codec = OggCodec("vorbis", int.from_bytes(packet[12:16], "little"), 3)
    elif packet.startswith(b"\x7fFLAC") and len(packet) >= 17 + _STREAM_INFO_BYTES:
        # Rate: 20 bits behind the block and frame sizes of STREAMINFO.
        codec = OggCodec("flac", int.from_bytes(packet[27:30], "big") >> 4, 1 + int.from_bytes(packet[7:9], "big"))
    elif packet.startswith(b"Speex   ") and len(packet) >= 80:
        codec = OggCodec("speex", int.from_bytes(packet[36:40], "little"), 2 + int.from_bytes(packet[68:72], "little"))
    return codec if codec is not None and codec.rate_hz >= _LOWEST_RATE_HZ else None


def opened(codec: OggCodec, headers: Sequence[bytes]) -> AudioCodecContext:
    """A decoder for a stream with these header packets. Raises libav's errors and ValueError."""
    context = av.CodecContext.create(codec.name, "r")
    assert isinstance(context, AudioCodecContext)
    context.extradata = _extradata(codec, headers)
    context.thread_count = 1  # The sandbox allows no new threads.
    context.open()
    return context


def opus_samples(packet: bytes) -> int:
    """How many samples at 48 kHz an Opus packet holds, by its first bytes: RFC 6716, section 3.1.

    Those that a codec plays itself in with, and that libav leaves out, count in granules.
    """
    if not packet:
        return 0
    configuration = packet[0] >> 3
    if configuration < 12:
        length = _OPUS_SAMPLES[configuration % 4]
    elif configuration < 16:
        length = _OPUS_SAMPLES[configuration % 2]
    else:
        length = 120 << configuration % 4
    frames = (1, 2, 2)[packet[0] & 3] if packet[0] & 3 < 3 else (packet[1] & 63 if len(packet) > 1 else 0)
    return length * frames


def _extradata(codec: OggCodec, headers: Sequence[bytes]) -> bytes:
    if codec.name == "flac":
        return headers[0][17 : 17 + _STREAM_INFO_BYTES]
    if codec.name != "vorbis":
        return headers[0]
    # The three headers as libav wants them: their number less one, the lengths of the first two as Ogg laces them.
    first, second, third = headers[:3]
    return b"\x02" + _laced(len(first)) + _laced(len(second)) + first + second + third


def _laced(length: int) -> bytes:
    return b"\xff" * (length // 255) + bytes([length % 255])
