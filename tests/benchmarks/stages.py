"""Fetching, decoding, encoding and transcribing run side by side: all together takes hardly longer than the longest."""

import asyncio
import json
import math
import subprocess
import sys
import time
from pathlib import Path

from core.domain import SpeechChunk
from core.media import Decoder, Encoder, FileSource, SplitPlan, choose_encoding, split
from tests.benchmarks.figure import Figure
from tests.benchmarks.pipeline_job import PARALLEL, UPLOAD, seconds_for
from tests.benchmarks.processes import environment
from tests.benchmarks.recordings import make_recording
from tests.benchmarks.sandbox import encoded
from tests.benchmarks.scale import Scale
from tests.benchmarks.served import served
from tests.conftest import REPOSITORY

MINUTES = 60
BYTES_PER_S = 10_000_000
KBPS = (192, 64)
"""The first is large enough to be sent as FLAC, of the second that would make more than there was."""
JOB = "tests.benchmarks.pipeline_job"


def measure(folder: Path, scale: Scale) -> list[Figure]:
    """An hour in stereo MP3 from a source of 10 MB/s to a provider that takes 0.5 s and 1 s a minute."""
    minutes = scale.of(MINUTES, 1)
    wav = make_recording(folder / "hour.wav", minutes * 60)
    return [
        _measure(encoded(wav, folder / f"{kbps}.mp3", "libmp3lame", "mp3", kbps * 1000), kbps, minutes) for kbps in KBPS
    ]


def _measure(recording: Path, kbps: int, minutes: int) -> Figure:
    fetching_s = recording.stat().st_size / BYTES_PER_S
    decoding_s, encoding_s = asyncio.run(_alone(recording, kbps, minutes))
    with served(recording, BYTES_PER_S) as server:
        job = subprocess.run(
            [sys.executable, "-m", JOB, server.url],
            cwd=REPOSITORY,
            env=environment(recording.parent),
            capture_output=True,
            check=True,
        )
    told = json.loads(job.stdout)
    provider_s = _in_parallel([seconds_for(duration_s) for duration_s, _ in told["chunks"]])
    longest_s = max(fetching_s, decoding_s, encoding_s, provider_s)
    formats = "/".join(sorted({chunk_format for _, chunk_format in told["chunks"]}))
    return Figure(
        f"an hour's way / its longest stage, {kbps} kbit/s",
        told["seconds"] / longest_s,
        1.25,
        "",
        f"{told['seconds']:.1f} s; fetching {fetching_s:.1f}, decoding {decoding_s:.1f}, encoding "
        f"{encoding_s:.1f}, provider {provider_s:.1f} s; {len(told['chunks'])} chunks, {formats}",
    )


async def _alone(recording: Path, kbps: int, minutes: int) -> tuple[float, float]:
    """Decoding with nothing else going on, then encoding for a fast line with nothing else going on."""
    decoder, encoder = Decoder(), Encoder()
    await decoder.sandbox_layers()
    source = await FileSource.open(recording)
    begun = time.perf_counter()
    chunks: list[SpeechChunk] = []
    async with decoder.decode(source) as decoding:
        async for chunk in split(decoding, SplitPlan.for_recording(minutes * 60, PARALLEL, 3600.0)):
            chunks.append(chunk)  # noqa: PERF401
    decoded = time.perf_counter()
    async with asyncio.TaskGroup() as encoding:
        for chunk in chunks:
            fitting = choose_encoding(chunk.duration_s, UPLOAD, link_bytes_per_s=math.inf, original_bps=1000 * kbps)
            encoding.create_task(encoder.encode(chunk, fitting))
    ended = time.perf_counter()
    await source.close()
    await encoder.close()
    await decoder.close()
    return decoded - begun, ended - decoded


def _in_parallel(seconds: list[float]) -> float:
    """How long the provider takes for these calls, each begun as soon as one of the places is free."""
    free_at = [0.0] * PARALLEL
    for call_s in seconds:
        free_at.sort()
        free_at[0] += call_s
    return max(free_at)
