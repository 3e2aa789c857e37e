"""A fake of Groq in a process of its own: `python -m tests.benchmarks.upload_server KEY BYTES_PER_S LARGEST_BYTES`.

Prints where it is. The second argument is how fast its line is, the third the largest upload that it takes.
"""

import asyncio
import sys

from tests.fakes.speech_server import SpeechServer
from tests.fakes.transcription_service import groq_service


async def main() -> None:
    server = SpeechServer(groq_service(sys.argv[1], largest_bytes=int(sys.argv[3])))
    server.keeps_requests = False
    server.bytes_per_s = float(sys.argv[2])
    async with server.running():
        print(server.url, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
