"""Downloads from `telegram_server`.

`python -m tests.benchmarks.telegram_job TOKEN API_ID API_HASH SERVER TIMED_BYTES ROUNDS SIDE_BY_SIDE`

`SERVER` is what the server has printed. Prints as JSON how many bytes a second came through our source and through
Telethon's own download, by the number of its iterators side by side; and for all of the file through ours, the rate and
the most bytes of memory above what there was before.
"""

import asyncio
import json
import sys
import time
from dataclasses import dataclass, replace
from typing import Any

from telethon import TelegramClient
from telethon.sessions import StringSession
from telethon.tl.types import InputDocumentFileLocation

from core.bot.files.attachments import TelegramFile
from core.bot.files.file_id import location_in
from core.bot.files.mtproto.connection import DataCentre
from core.bot.files.mtproto.downloads import MtprotoDownloads, MtprotoOptions
from core.media import MediaSource
from core.media.hashing import hash_source
from core.secrets.api_credentials import ApiCredentials
from tests.benchmarks.peak_memory import peak_bytes, reset_peak
from tests.fakes.data_centre_keys import trust_test_key

_REQUEST_BYTES = 512 * 1024
"""Telethon's largest."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """How many bytes are timed how often, and with how many of Telethon's iterators side by side."""

    timed_bytes: int
    rounds: int
    side_by_side: tuple[int, ...]


class NoSessions:
    """Keeps none."""

    async def load(self, name: str) -> str:
        return ""

    async def save(self, name: str, session: str) -> None:
        """Lost at once."""


class Beginning:
    """Only so many bytes of a source."""

    def __init__(self, source: MediaSource, size_bytes: int) -> None:
        self._source = source
        self.info = replace(source.info, size_bytes=size_bytes, comes_whole=False)
        self.read_range, self.content_hash, self.close = source.read_range, source.content_hash, source.close


def main() -> None:
    token, api_id, api_hash, server, timed_bytes, rounds, counts = sys.argv[1:]
    amounts = Amounts(int(timed_bytes), int(rounds), tuple(map(int, counts.split(","))))
    credentials = ApiCredentials(int(api_id), api_hash)
    trust_test_key()
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        print(json.dumps(runner.run(_measure(token, credentials, json.loads(server), amounts))))


def _loop_factory() -> Any:
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.Loop


async def _measure(
    token: str, credentials: ApiCredentials, server: dict[str, Any], amounts: Amounts
) -> dict[str, object]:
    first = DataCentre(2, "127.0.0.1", server["port"])
    downloads = MtprotoDownloads(token, (credentials,), NoSessions(), MtprotoOptions(first_data_centre=first))
    file = TelegramFile(int(token.partition(":")[0]), 7, 8, server["file_id"], "u", server["size_bytes"])
    source = await downloads.open(file, "film.mp4")
    session = StringSession()
    session.set_dc(first.number, first.address, first.port)
    client = TelegramClient(session, credentials.api_id, credentials.api_hash, receive_updates=False)
    await client.connect()
    await client.sign_in(bot_token=token)
    await source.read_range(0, 1)
    ours: list[float] = []
    theirs: dict[int, list[float]] = {count: [] for count in amounts.side_by_side}
    for _ in range(amounts.rounds):
        begun = time.perf_counter()
        await hash_source(Beginning(source, amounts.timed_bytes))
        ours.append(amounts.timed_bytes / (time.perf_counter() - begun))
        for count, rates in theirs.items():
            begun = time.perf_counter()
            await _by_telethon(client, server["file_id"], count, amounts.timed_bytes)
            rates.append(amounts.timed_bytes / (time.perf_counter() - begun))
    await client.disconnect()
    before_bytes = reset_peak()
    begun = time.perf_counter()
    await hash_source(source)
    seconds = time.perf_counter() - begun
    memory_bytes = peak_bytes() - before_bytes
    await source.close()
    return {
        "ours": ours,
        "theirs": theirs,
        "whole": server["size_bytes"] / seconds,
        "memory_bytes": memory_bytes,
    }


async def _by_telethon(client: Any, file_id: str, side_by_side: int, size_bytes: int) -> None:
    place = location_in(file_id)
    assert place is not None
    stride = side_by_side * _REQUEST_BYTES

    async def every_nth(number: int) -> None:
        iterator = client.iter_download(
            InputDocumentFileLocation(place.id, place.access_hash, place.reference, ""),
            offset=number * _REQUEST_BYTES,
            stride=stride,
            limit=size_bytes // stride,
            request_size=_REQUEST_BYTES,
        )
        async for _ in iterator:
            pass

    async with asyncio.TaskGroup() as downloads:
        for number in range(side_by_side):
            downloads.create_task(every_nth(number))


if __name__ == "__main__":
    main()
