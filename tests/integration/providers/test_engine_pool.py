"""Who gets an engine, and when there may be another one."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from core.providers import ModelFiles, ModelLibrary, OnDeviceProvider
from core.providers.on_device.engines.pool import EnginePool
from core.providers.on_device.models.bundled import bundled_model_folder
from core.providers.on_device.models.catalogue import BUNDLED_MODEL, CATALOGUE
from tests.integration.providers.engine_processes import without_whisper

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_two_models_are_kept_only_where_memory_has_room(tmp_path: Path) -> None:
    (tiny,) = (model for model in CATALOGUE if model.name == BUNDLED_MODEL)
    (tmp_path / "copy.en").symlink_to(bundled_model_folder() or "")
    library = ModelLibrary(tmp_path, models=(tiny, replace(tiny, name="copy.en")))
    free_bytes = tiny.memory_bytes
    provider = OnDeviceProvider(library, children=2, runtime=without_whisper(free_memory=lambda: free_bytes))
    await provider.warm_up("tiny.en")
    await provider.warm_up("copy.en")
    assert len(provider.engine_pids) == 2
    await provider.close()
    free_bytes -= 1
    await provider.warm_up("tiny.en")
    await provider.warm_up("copy.en")
    assert len(provider.engine_pids) == 1
    await provider.close()


async def test_a_call_waits_where_memory_has_no_room_for_a_second_engine(library: ModelLibrary) -> None:
    pool = EnginePool(2, 1, runtime=without_whisper(free_memory=lambda: 0))
    model = await library.locate(BUNDLED_MODEL)
    async with pool.engine(model) as first:
        waiting = asyncio.create_task(_pid(pool, model))
        await asyncio.wait({waiting}, timeout=0.05)
        assert not waiting.done()
    assert await waiting == first.pid
    await pool.close()


async def _pid(pool: EnginePool, model: ModelFiles) -> int:
    async with pool.engine(model) as engine:
        return engine.pid


async def test_who_came_first_is_served_first(library: ModelLibrary) -> None:
    model = await library.locate(BUNDLED_MODEL)
    pool = EnginePool(1, 1, runtime=without_whisper())
    served: list[int] = []

    async def ask(number: int) -> None:
        async with pool.engine(model):
            served.append(number)
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as group:
        for number in range(6):
            group.create_task(ask(number))
    assert served == sorted(served)
    await pool.close()


async def test_who_gives_up_waiting_leaves_the_place_to_the_next(library: ModelLibrary) -> None:
    model = await library.locate(BUNDLED_MODEL)
    pool = EnginePool(1, 1, runtime=without_whisper())
    async with pool.engine(model) as first:
        waiting = [asyncio.create_task(_pid(pool, model)) for _ in range(3)]
        await asyncio.sleep(0)
        waiting[0].cancel()
        waiting[1].cancel()
        await asyncio.wait(waiting[:2])
    assert await waiting[2] == first.pid
    await pool.close()
