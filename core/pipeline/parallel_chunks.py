"""Work on several chunks of one recording in parallel."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

from core.domain import SpeechChunk


async def in_parallel(
    chunks: AsyncIterator[SpeechChunk], parallel: int, work: Callable[[SpeechChunk], Coroutine[Any, Any, None]]
) -> None:
    """Do the work for so many chunks at once; the next chunk is asked for when there is room for it.

    Raises what the first chunk raised that failed; the others are cancelled then.
    """
    free = asyncio.Semaphore(parallel)

    try:
        async with asyncio.TaskGroup() as running:
            async for chunk in chunks:
                await free.acquire()
                # Only the work refers to the chunk, so that it can free it early.
                running.create_task(work(chunk)).add_done_callback(lambda _: free.release())
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from failures
