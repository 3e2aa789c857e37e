"""A file on a web server on the loopback, in a thread of its own."""

import asyncio
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.fakes.file_server import FileServer


@contextmanager
def served(file: Path, bytes_per_s: float | None = None) -> Iterator[FileServer]:
    """Serve the file for the time of the block, at most so many bytes a second over all connections."""
    descriptor = os.open(file, os.O_RDONLY)
    server = FileServer(lambda offset, length: os.pread(descriptor, length, offset), file.stat().st_size)
    server.bytes_per_s = bytes_per_s
    started = threading.Event()
    loop = asyncio.new_event_loop()
    ended = asyncio.Event()

    async def serve() -> None:
        async with server.running():
            started.set()
            await ended.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    started.wait()
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join()
        loop.close()
        os.close(descriptor)
