"""What becomes of recordings on a computer with a graphics card, good or bad."""

import asyncio
import logging
import re
import sys
from pathlib import Path

import pytest

from core.domain import Segment, TranscriptionOptions
from core.domain.device import GRAPHICS_CARD, PROCESSOR
from core.providers import ModelLibrary, OnDeviceProvider
from core.providers.on_device.engine_pool import EngineRuntime
from core.providers.on_device.graphics_card import RETRY_AFTER_S
from core.system.child_process import ChildProcess, clean_environment
from tests.conftest import REPOSITORY
from tests.integration.providers.recordings import beckett, chunk, text_of, two_cities

ENGLISH = TranscriptionOptions(language="en", beam_size=1)


class Computer:
    """One with a card; `starts` counts the engine processes."""

    def __init__(self, behaviour: str) -> None:
        self.behaviour = behaviour
        self.starts = 0
        self.now_s = 0.0

    async def start_engine(self) -> ChildProcess:
        self.starts += 1
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.fakes.card_engine", self.behaviour),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=REPOSITORY,
            env=clean_environment(),
        )
        return ChildProcess(process, "card_engine")

    def provider(self, folder: Path, children: int = 1) -> OnDeviceProvider:
        return OnDeviceProvider(
            ModelLibrary(folder),
            children=children,
            threads=1,
            runtime=EngineRuntime(self.start_engine, lambda: self.now_s),
        )


def ignore(segment: Segment) -> None:
    """A segment that nobody looks at."""


async def test_a_card_that_works_is_used_and_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    provider = Computer("works").provider(tmp_path)
    assert provider.device is None
    assert (await provider.transcribe(chunk(beckett()), ENGLISH, ignore)).segments
    assert provider.device
    assert provider.device.name == GRAPHICS_CARD
    assert provider.device.threads == 0
    assert provider.notices == ()
    assert "has loaded tiny.en on CUDA" in caplog.text
    await provider.close()


async def test_a_computer_without_a_card_has_nothing_to_tell(tmp_path: Path) -> None:
    computer = Computer("is not there")
    provider = computer.provider(tmp_path)
    await provider.warm_up("tiny.en")
    assert provider.device
    assert provider.device.name == PROCESSOR
    assert provider.notices == ()
    assert computer.starts == 1
    await provider.close()


async def test_where_the_best_does_not_fit_the_card_computes_with_less(tmp_path: Path) -> None:
    computer = Computer("has room for less")
    provider = computer.provider(tmp_path)
    await provider.warm_up("tiny.en")
    assert provider.device
    assert provider.device.is_graphics_card
    assert computer.starts == 1
    await provider.close()


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        ("refuses to load", "out of memory"),
        ("lacks a library", r"libcublas\.so\.12"),
        ("aborts while loading", "SIGABRT"),
        ("aborts at the first window", "SIGABRT"),
        ("aborts when it is looked for", "SIGABRT"),
        ("has a broken driver", "unknown error"),
    ],
)
async def test_where_the_card_does_not_work_the_processor_does(tmp_path: Path, behaviour: str, reason: str) -> None:
    computer = Computer(behaviour)
    provider = computer.provider(tmp_path)
    heard = await provider.transcribe(chunk(beckett()), ENGLISH, ignore)
    assert heard.segments
    assert provider.device
    assert provider.device.name == PROCESSOR
    assert provider.device.threads == 1
    (notice,) = provider.notices
    assert re.search(reason, str(notice))
    assert computer.starts == 2
    await provider.close()


@pytest.mark.parametrize("behaviour", ["fails later", "aborts later"])
async def test_where_the_card_fails_half_way_the_processor_does_it_all(tmp_path: Path, behaviour: str) -> None:
    computer = Computer(behaviour)
    provider = computer.provider(tmp_path)
    told: list[Segment] = []
    heard = await provider.transcribe(chunk(two_cities()), ENGLISH, told.append)
    alone = await _on_the_processor(tmp_path)
    assert text_of(heard.segments) == alone
    assert computer.starts == 2
    assert len(provider.notices) == 1
    assert [segment.start_s for segment in told] == sorted(segment.start_s for segment in told)
    assert tuple(told) == heard.segments
    await provider.close()


async def test_other_recordings_leave_a_bad_card_alone(tmp_path: Path) -> None:
    computer = Computer("aborts later")
    provider = computer.provider(tmp_path)
    for _ in range(2):
        await provider.transcribe(chunk(two_cities()), ENGLISH, ignore)
    assert computer.starts == 2
    await provider.close()


async def test_no_recording_is_lost_where_the_card_fails_while_others_wait(tmp_path: Path) -> None:
    computer = Computer("aborts later")
    provider = computer.provider(tmp_path, children=2)
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(provider.transcribe(chunk(beckett(), index=index), ENGLISH, ignore)) for index in range(4)
        ]
    assert {text_of(task.result().segments) for task in tasks} == {text_of(tasks[0].result().segments)}
    assert computer.starts <= 5  # Two that find the card, and one of them gives way; then two without it.
    assert provider.device
    assert not provider.device.is_graphics_card
    await provider.close()


async def test_a_card_is_tried_again_after_an_hour(tmp_path: Path) -> None:
    computer = Computer("refuses to load")
    provider = computer.provider(tmp_path)
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


async def test_one_engine_uses_the_card_for_all(tmp_path: Path) -> None:
    provider = Computer("works").provider(tmp_path, children=2)
    async with asyncio.TaskGroup() as group:
        for index in range(3):
            group.create_task(provider.transcribe(chunk(beckett(), index=index), ENGLISH, ignore))
    assert len(provider.engine_pids) == 1
    await provider.close()


async def test_when_the_card_has_failed_two_engines_share_the_processor(tmp_path: Path) -> None:
    computer = Computer("lacks a library")
    provider = computer.provider(tmp_path, children=2)
    async with asyncio.TaskGroup() as group:
        for index in range(3):
            group.create_task(provider.transcribe(chunk(beckett(), index=index), ENGLISH, ignore))
    assert len(provider.engine_pids) == 2
    assert computer.starts <= 4
    await provider.close()


async def _on_the_processor(folder: Path) -> str:
    provider = OnDeviceProvider(ModelLibrary(folder), children=1, threads=1)
    heard = await provider.transcribe(chunk(two_cities()), ENGLISH, ignore)
    assert provider.device
    assert str(provider.device) == "CPU (1 thread, int8_float32)"
    await provider.close()
    return text_of(heard.segments)
