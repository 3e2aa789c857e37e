"""How long Telegram waits for the webhook: from each post to its answer, which means that the update is on the disk."""

import asyncio
import socket
import statistics
import time
from pathlib import Path
from typing import Any

import aiohttp

from core.bot.updates.webhook import SECRET_HEADER
from tests.benchmarks.bot_process import is_answer, running_bot
from tests.benchmarks.figure import Figure
from tests.benchmarks.scale import Scale
from tests.conftest import SAMPLES
from tests.fakes.bot_api import FakeBotApi

A_SECOND = 200
SECONDS = 20
PEOPLE = 50
ONE_IN = 40
"""One of so many updates is a voice note to the bot; the others are what people say to each other in groups."""

PUBLIC = "https://bot.example.org"
FROM_TELEGRAM = {"X-Forwarded-For": "149.154.167.220"}


def measure(folder: Path, scale: Scale) -> list[Figure]:
    """A server that answers people meanwhile."""
    waited_ms, answered, notes = asyncio.run(_run(folder, scale.of(SECONDS, 1)))
    centiles = statistics.quantiles(waited_ms, n=100)
    return [
        Figure(
            f"webhook, post to journaled, at {A_SECOND} a second",
            centiles[98],
            20,
            "ms",
            f"p99 of {len(waited_ms)} posts, p50 {centiles[49]:.1f}, worst {max(waited_ms):.1f}; "
            f"meanwhile {answered} of {notes} voice notes were answered",
        )
    ]


async def _run(folder: Path, seconds: int) -> tuple[list[float], int, int]:
    address = _free_address()
    webhook = {
        "NOTULA_BOT_TRANSPORT": "webhook",
        "NOTULA_WEBHOOK_URL": PUBLIC,
        "NOTULA_WEBHOOK_LISTEN": address,
    }
    async with FakeBotApi() as api:
        updates = _updates(api, seconds)
        async with running_bot(folder, api, **webhook):
            waited_ms = await _post_all(api, address, updates)
            answered = sum(is_answer(message) for chat in api.world.chats.values() for message in chat.bot_messages)
        return waited_ms, answered, len(updates) // ONE_IN


def _updates(api: FakeBotApi, seconds: int) -> list[dict[str, Any]]:
    """What there is to post, in order."""
    people = [api.person(f"Person {number}") for number in range(PEOPLE)]
    groups = [api.group(f"Group {number}") for number in range(PEOPLE)]
    for person, group in zip(people, groups, strict=True):
        group.add(person)
    api.updates.queue.clear()
    sound = (SAMPLES / "beckett.wav").read_bytes()
    for number in range(A_SECOND * seconds):
        person, group = people[number % PEOPLE], groups[number % PEOPLE]
        if number % ONE_IN:
            person.send_text(f"What was said yesterday, number {number}?", to=group)
        else:  # Another file each time, so that each has to be transcribed.
            people[number // ONE_IN % PEOPLE].send_voice(sound + number.to_bytes(4), 9)
    updates = list(api.updates.queue)
    api.updates.queue.clear()
    return updates


async def _post_all(api: FakeBotApi, address: str, updates: list[dict[str, Any]]) -> list[float]:
    """Each at its time, whatever became of those before; how many ms it took, from when it was due."""
    told = api.requests_of("setWebhook")[-1].parameters
    url = told["url"].replace(PUBLIC, f"http://{address}")
    headers = FROM_TELEGRAM | {SECRET_HEADER: told["secret_token"]}
    waited_ms: list[float] = []

    async def post(update: dict[str, Any], due_at: float) -> None:
        await asyncio.sleep(due_at - time.perf_counter())
        due_at = max(due_at, time.perf_counter() - 0.001)  # The timer's own lateness isn't the webhook's.
        async with session.post(url, json=update, headers=headers) as answer:
            assert answer.status == 200, answer.status
            await answer.read()
        waited_ms.append((time.perf_counter() - due_at) * 1e3)

    async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as posting:
        begun = time.perf_counter() + 0.5
        for number, update in enumerate(updates):
            posting.create_task(post(update, begun + number / A_SECOND))
    return waited_ms


def _free_address() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{free.getsockname()[1]}"
