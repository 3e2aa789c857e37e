"""A data centre in a process of its own.

`python -m tests.benchmarks.telegram_server TOKEN API_ID API_HASH LATENCY_S SIZE_BYTES`

Prints as JSON its port, and the file_id and size of the one file that it has.
"""

import asyncio
import json
import sys

from tests.fakes.bot_api_files import Synthetic
from tests.fakes.data_centre import data_centres
from tests.fakes.data_centre_world import World


async def main() -> None:
    token, api_id, api_hash, latency_s, size = sys.argv[1:]
    size_bytes = int(size)
    world = World(int(token.partition(":")[0]), token, {int(api_id): api_hash})
    async with data_centres(world, world.home):
        kept = world.keep(Synthetic(size_bytes))
        world.send(kept, 7, 8)
        world.faults.latency_s = float(latency_s)
        _, port = world.addresses[world.home]
        print(json.dumps({"port": port, "file_id": kept.file_id, "size_bytes": size_bytes}), flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
