"""What it costs to decode in a sandboxed process instead of in ours."""

import time
from pathlib import Path
from statistics import median

import av
import uvloop

from core.media import Decoder, FileSource
from core.media.child.sound.resampling import SpeechResampler, loudness
from tests.benchmarks.figure import Figure
from tests.benchmarks.recordings import make_recording
from tests.benchmarks.scale import Scale

LONG_S = 600
NOTE_S = 5
ROUNDS = 11
NOTE_ROUNDS = 40


def measure(folder: Path, scale: Scale) -> list[Figure]:
    """In turns, so that both see the same computer; a ten-minute stereo MP3 and a voice note in Opus."""
    long = encoded(make_recording(folder / "long.wav", scale.of(LONG_S, 5)), folder / "long.mp3", "libmp3lame", "mp3")
    note = encoded(make_recording(folder / "note.wav", NOTE_S), folder / "note.ogg", "libopus", "ogg")
    return uvloop.run(_compare(long, note, scale.of(ROUNDS, 1), scale.of(NOTE_ROUNDS, 2)))  # as the app does


async def _compare(long: Path, note: Path, rounds: int, note_rounds: int) -> list[Figure]:
    decoder = Decoder()
    await _sandboxed(decoder, note)  # The child's start is not on the path of a job.
    try:
        long_bare, long_boxed = await _in_turns(decoder, long, rounds)
        note_bare, note_boxed = await _in_turns(decoder, note, note_rounds)
    finally:
        await decoder.close()
    return [
        Figure(
            "sandboxed / bare decoding, 10 minutes",
            long_boxed / long_bare,
            1.05,
            "",
            f"{long_boxed:.2f} s against {long_bare:.2f} s",
        ),
        Figure(
            "sandbox's cost for a voice note",
            (note_boxed - note_bare) * 1000,
            20,
            "ms",
            f"{note_boxed * 1000:.1f} ms against {note_bare * 1000:.1f} ms",
        ),
    ]


async def _in_turns(decoder: Decoder, recording: Path, rounds: int) -> tuple[float, float]:
    bare, boxed = [], []
    for _ in range(rounds):
        begun = time.perf_counter()
        _decode_here(recording)
        bare.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        await _sandboxed(decoder, recording)
        boxed.append(time.perf_counter() - begun)
    return median(bare), median(boxed)


async def _sandboxed(decoder: Decoder, recording: Path) -> None:
    source = await FileSource.open(recording)
    async with decoder.decode(source) as decoding:
        async for _ in decoding:
            pass
    await source.close()


def _decode_here(recording: Path) -> None:
    resampler = SpeechResampler()
    with av.open(str(recording)) as container:
        for frame in container.decode(container.streams.audio[0]):
            resampler.add(frame)
            for block in resampler.full_blocks():
                loudness(block)
    for block in resampler.finish():
        loudness(block)


def encoded(wav: Path, file: Path, codec: str, container: str, bitrate_bps: int | None = None) -> Path:
    """The recording again, in stereo, in another format."""
    with av.open(str(wav)) as source, av.open(str(file), "w", format=container) as output:
        stream = output.add_stream(codec, rate=48_000 if codec == "libopus" else 44_100)
        stream.layout = "stereo"
        if bitrate_bps is not None:
            stream.codec_context.bit_rate = bitrate_bps
        resampler = av.AudioResampler(format=stream.codec_context.format, layout="stereo", rate=stream.rate)
        for frame in source.decode(audio=0):
            for part in resampler.resample(frame):
                output.mux(stream.encode(part))
        output.mux(stream.encode(None))
    return file
