"""Voice notes from being sent in Telegram to their texts being there."""

import asyncio
import io
import statistics
import time
import wave
from pathlib import Path

import av

from tests.benchmarks.bot_process import LATENCY_S, WORKERS, is_answer, running_bot
from tests.benchmarks.figure import Figure
from tests.benchmarks.scale import Scale
from tests.conftest import SAMPLES
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_api_people import Person

USERS = 5
NOTES = 20
LEAST_A_SECOND = 14
REPEATS = 10
SECONDS = 8


def measure(folder: Path, scale: Scale) -> list[Figure]:
    """20 notes of 5 people, 5 workers, a provider that takes 300 ms; then one that was sent before."""
    notes, repeats = scale.of(NOTES, 5), scale.of(REPEATS, 2)
    seconds, repeated_s = asyncio.run(_run(folder, notes, repeats))
    ideal_s = notes * LATENCY_S / WORKERS
    return [
        Figure(
            f"{notes} voice notes of {USERS} people",
            seconds,
            notes / LEAST_A_SECOND,
            "s",
            f"{notes / seconds:.1f} a second to the last delivered message, of {notes / ideal_s:.1f}",
        ),
        Figure(
            "a repeated file in the bot",
            repeated_s * 1000,
            50,
            "ms",
            f"median of {repeats}, from being sent to its whole text",
        ),
    ]


async def _run(folder: Path, count: int, repeats: int) -> tuple[float, float]:
    notes = [_note(number) for number in range(count + 1)]
    async with FakeBotApi() as api, running_bot(folder, api):
        people = [api.person(f"Person {number}") for number in range(USERS)]
        people[0].send_voice(notes.pop(), SECONDS)  # So that what is made when it is first needed is there.
        await people[0].wait_for(is_answer)
        begun = time.perf_counter()
        for number, note in enumerate(notes):
            people[number % USERS].send_voice(note, SECONDS)
        await api.until(lambda: sum(map(_answers, people)) == count + 1)
        seconds = time.perf_counter() - begun
        repeated_s = [await _repeat(api, people[number % USERS], notes[0]) for number in range(repeats)]
        return seconds, statistics.median(repeated_s)


async def _repeat(api: FakeBotApi, person: Person, note: bytes) -> float:
    before = _answers(person)
    begun = time.perf_counter()
    person.send_voice(note, SECONDS, unique_id="sent before")
    await api.until(lambda: _answers(person) > before)
    return time.perf_counter() - begun


def _answers(person: Person) -> int:
    return sum(map(is_answer, person.chat.bot_messages))


def _note(number: int) -> bytes:
    """Eight seconds of real speech, as Telegram's apps record it: Opus in Ogg at 24 kbit/s; each is another one."""
    with wave.open(str(SAMPLES / "beckett.wav")) as sound:
        rate = sound.getframerate()
        sound.setpos(number * rate // 20)
        frames = sound.readframes(SECONDS * rate)
    target = io.BytesIO()
    with av.open(target, "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=rate, layout="mono", bit_rate=24_000)
        frame = av.AudioFrame(format="s16", layout="mono", samples=len(frames) // 2)
        frame.planes[0].update(frames)
        frame.sample_rate = rate
        for part in (frame, None):
            container.mux(stream.encode(part))
    return target.getvalue()
