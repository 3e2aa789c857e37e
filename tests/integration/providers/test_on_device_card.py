"""What becomes of recordings on a computer with a graphics card, good or bad."""

import asyncio
import logging
import re

import pytest

from core.domain import Segment, TranscriptionOptions
from core.domain.device import GRAPHICS_CARD, PROCESSOR
from core.domain.speech import SAMPLE_RATE_HZ
from core.providers import ModelLibrary, OnDeviceProvider
from core.providers.on_device.engines.engine import Engine
from core.providers.on_device.engines.graphics_card import RETRY_AFTER_S, GraphicsCard
from core.providers.on_device.engines.pool import EngineRuntime
from core.providers.on_device.models.files import ModelFiles
from core.system.child_process import ChildProcess
from tests.integration.providers.engine_processes import start_whisper_card_engine, start_windows_engine
from tests.integration.providers.recordings import beckett, chunk, text_of, two_cities
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.asyncio(loop_scope="package")

ENGLISH = TranscriptionOptions(language="en", beam_size=1)


class Computer:
    """One with a card; `starts` counts the engine processes, which have the real model only where it is asked for."""

    def __init__(self, library: ModelLibrary, behaviour: str, *, has_whisper: bool = False) -> None:
        self.behaviour = behaviour
        self.starts = 0
        self.now_s = 0.0
        self._library = library
        self._start = start_whisper_card_engine if has_whisper else start_windows_engine

    async def start_engine(self) -> ChildProcess:
        self.starts += 1
        return await self._start(self.behaviour)

    def provider(self, children: int = 1) -> OnDeviceProvider:
        return OnDeviceProvider(
            self._library,
            children=children,
            threads=1,
            runtime=EngineRuntime(self.start_engine, lambda: self.now_s),
        )


def ignore(segment: Segment) -> None:
    """A segment that nobody looks at."""


async def test_a_card_that_works_is_used_and_told(library: ModelLibrary, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    provider = Computer(library, "works", has_whisper=True).provider()
    assert provider.device is None
    assert (await provider.transcribe(chunk(beckett()), ENGLISH, ignore)).segments
    assert provider.device
    assert provider.device.name == GRAPHICS_CARD
    assert provider.device.threads == 0
    assert provider.notices == ()
    assert "has loaded tiny.en on CUDA" in caplog.text
    await provider.close()


async def test_a_computer_without_a_card_has_nothing_to_tell(library: ModelLibrary) -> None:
    computer = Computer(library, "is not there")
    provider = computer.provider()
    await provider.warm_up("tiny.en")
    assert provider.device
    assert provider.device.name == PROCESSOR
    assert provider.notices == ()
    assert computer.starts == 1
    await provider.close()


async def test_where_the_best_does_not_fit_the_card_computes_with_less(library: ModelLibrary) -> None:
    computer = Computer(library, "has room for less", has_whisper=True)
    provider = computer.provider()
    await provider.warm_up("tiny.en")
    assert provider.device
    assert provider.device.is_graphics_card
    assert computer.starts == 1
    await provider.close()


@pytest.mark.parametrize(
    ("behaviour", "reason", "has_whisper"),
    [
        ("refuses to load", "out of memory", False),
        ("lacks a library", r"libcublas\.so\.12", True),
        ("aborts while loading", "SIGABRT", False),
        ("aborts at the first window", "SIGABRT", False),
        ("aborts when it is looked for", "SIGABRT", False),
        ("has a broken driver", "unknown error", False),
    ],
)
async def test_where_the_card_does_not_work_the_processor_does(
    library: ModelLibrary, behaviour: str, reason: str, has_whisper: bool
) -> None:
    computer = Computer(library, behaviour, has_whisper=has_whisper)
    provider = computer.provider()
    heard = await provider.transcribe(chunk(beckett()), ENGLISH, ignore)
    assert heard.segments
    assert provider.device
    assert provider.device.name == PROCESSOR
    assert provider.device.threads == 1
    (notice,) = provider.notices
    assert re.search(reason, str(notice))
    assert computer.starts == 2
    await provider.close()


@pytest.mark.parametrize(("behaviour", "has_whisper"), [("fails later", True), ("aborts later", False)])
async def test_where_the_card_fails_half_way_the_processor_does_it_all(
    library: ModelLibrary, provider: OnDeviceProvider, behaviour: str, has_whisper: bool
) -> None:
    computer = Computer(library, behaviour, has_whisper=has_whisper)
    on_card = computer.provider()
    sound = chunk(two_cities()[: 34 * SAMPLE_RATE_HZ])  # More than the model reads at once.
    told: list[Segment] = []
    heard = await on_card.transcribe(sound, ENGLISH, told.append)
    alone = provider if has_whisper else Computer(library, "is not there").provider()
    expected = await alone.transcribe(sound, ENGLISH, ignore)
    assert str(alone.device) == "CPU (1 thread, int8_float32)"
    assert text_of(heard.segments) == text_of(expected.segments)
    assert computer.starts == 2
    assert len(on_card.notices) == 1
    assert [segment.start_s for segment in told] == sorted(segment.start_s for segment in told)
    assert tuple(told) == heard.segments
    await on_card.close()
    if alone is not provider:
        await alone.close()


async def test_other_recordings_leave_a_bad_card_alone(library: ModelLibrary) -> None:
    computer = Computer(library, "aborts later")
    provider = computer.provider()
    for _ in range(2):
        await provider.transcribe(chunk(two_cities()), ENGLISH, ignore)
    assert computer.starts == 2
    await provider.close()


async def test_no_recording_is_lost_where_the_card_fails_while_others_wait(library: ModelLibrary) -> None:
    computer = Computer(library, "aborts later")
    provider = computer.provider(children=2)
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(provider.transcribe(chunk(beckett(), index=index), ENGLISH, ignore)) for index in range(4)
        ]
    assert {text_of(task.result().segments) for task in tasks} == {text_of(tasks[0].result().segments)}
    assert computer.starts <= 5  # Two that find the card, and one of them gives way; then two without it.
    assert provider.device
    assert not provider.device.is_graphics_card
    await provider.close()


async def test_a_card_is_tried_again_after_an_hour(library: ModelLibrary) -> None:
    computer = Computer(library, "refuses to load")
    provider = computer.provider()
    await provider.warm_up("tiny.en")
    await provider.close()
    computer.behaviour = "works"
    computer.now_s = RETRY_AFTER_S - 1
    await provider.warm_up("tiny.en")
    assert provider.device
    assert not provider.device.is_graphics_card
    assert provider.notices
    await provider.close()
    computer.now_s = RETRY_AFTER_S
    await provider.warm_up("tiny.en")
    assert provider.device.is_graphics_card
    assert provider.notices == ()
    await provider.close()


async def test_one_engine_uses_the_card_for_all(library: ModelLibrary) -> None:
    provider = Computer(library, "works").provider(children=2)
    async with asyncio.TaskGroup() as group:
        for index in range(3):
            group.create_task(provider.transcribe(chunk(beckett(), index=index), ENGLISH, ignore))
    assert len(provider.engine_pids) == 1
    await provider.close()


@pytest.mark.parametrize("sees_it_fail", [False, True])
async def test_when_the_card_has_failed_two_engines_share_the_processor(
    library: ModelLibrary, monkeypatch: pytest.MonkeyPatch, *, sees_it_fail: bool
) -> None:
    """Also where an engine has found the card before it failed, and says so afterwards."""
    failed = asyncio.Event()
    looking: list[Engine] = []
    card_failed, has_card = GraphicsCard.failed, Engine.has_card

    def fail(card: GraphicsCard, reason: str) -> None:
        card_failed(card, reason)
        failed.set()

    async def look(engine: Engine, model: ModelFiles) -> bool:
        looking.append(engine)
        is_there = await has_card(engine, model)
        if sees_it_fail and engine is not looking[0]:
            await failed.wait()
        return is_there

    monkeypatch.setattr(GraphicsCard, "failed", fail)
    monkeypatch.setattr(Engine, "has_card", look)
    computer = Computer(library, "lacks a library")
    provider = computer.provider(children=2)
    endless = beckett() * 16  # The engines read it until they are cancelled, so none is done before both have begun.
    async with asyncio.TaskGroup() as group:
        readings = [
            group.create_task(provider.transcribe(chunk(endless, index=index), ENGLISH, ignore)) for index in range(3)
        ]
        async with asyncio.timeout(PATIENCE_S):
            while len(provider.engine_pids) < 2:  # noqa: ASYNC110 - processes set no events
                await asyncio.sleep(0.005)
        for reading in readings:
            reading.cancel()
    assert computer.starts <= 4
    await provider.close()
