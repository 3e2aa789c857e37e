"""Uploads to a fake of Groq in a process of its own.

`python -m tests.benchmarks.upload_job URL KEY TIMED_BYTES LARGE_BYTES ROUNDS`

Prints as JSON the seconds that each upload took through the provider and bare, in turns, and the most bytes of memory
that one of the larger size took above what there was before with the recording in memory.
"""

import asyncio
import json
import sys
import time

import httpx

from core.domain import AudioFormat, Segment, SpeechChunk, TranscriptionOptions
from core.providers.services.groq import GroqProvider
from tests.benchmarks.peak_memory import peak_bytes, reset_peak

OPTIONS = TranscriptionOptions(provider="groq", model="whisper-large-v3-turbo")


def main() -> None:
    url, key, *amounts = sys.argv[1:]
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        print(json.dumps(runner.run(_measure(url, key, *map(int, amounts)))))


def _loop_factory() -> type[asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.Loop


async def _measure(url: str, key: str, timed_bytes: int, large_bytes: int, rounds: int) -> dict[str, object]:
    async with httpx.AsyncClient(timeout=60.0) as client:
        provider = GroqProvider(key, client, base_url=url)

        async def through_provider(chunk: SpeechChunk) -> None:
            await provider.transcribe(chunk, OPTIONS, _ignore)

        async def bare(chunk: SpeechChunk) -> None:
            response = await client.post(
                f"{url}/openai/v1/audio/transcriptions",
                data={"model": OPTIONS.model, "response_format": "verbose_json"},
                files={"file": ("audio.ogg", chunk.data, "audio/ogg")},
                headers={"Authorization": f"Bearer {key}"},
            )
            response.raise_for_status().json()

        timed = _chunk(timed_bytes)
        await through_provider(timed)
        await bare(timed)
        large = _chunk(large_bytes)
        before_bytes = reset_peak()
        await through_provider(large)
        memory_bytes = peak_bytes() - before_bytes
        seconds: dict[str, list[float]] = {"provider": [], "bare": []}
        for _ in range(rounds):
            for name, upload in (("provider", through_provider), ("bare", bare)):
                begun = time.perf_counter()
                await upload(timed)
                seconds[name].append(time.perf_counter() - begun)
    return {"seconds": seconds, "memory_bytes": memory_bytes}


def _chunk(size_bytes: int) -> SpeechChunk:
    return SpeechChunk(0, 0.0, 10.0, b"OggS" * (size_bytes // 4), AudioFormat.OGG)


def _ignore(segment: Segment) -> None:
    """Nobody reads it."""


if __name__ == "__main__":
    main()
