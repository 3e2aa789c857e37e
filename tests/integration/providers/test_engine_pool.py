"""Who gets an engine, and when there may be another one."""

import asyncio
from dataclasses import replace
from pathlib import Path

from core.providers import ModelFiles, ModelLibrary, OnDeviceProvider
from core.providers.on_device.engine_pool import EnginePool, EngineRuntime
from core.providers.on_device.model_catalogue import BUNDLED_MODEL, CATALOGUE
from core.providers.on_device.model_library import bundled_model_folder


async def test_two_models_are_kept_only_where_memory_has_room(tmp_path: Path) -> None:
    (tiny,) = (model for model in CATALOGUE if model.name == BUNDLED_MODEL)
    (tmp_path / "copy.en").symlink_to(bundled_model_folder() or "")
    library = ModelLibrary(tmp_path, models=(tiny, replace(tiny, name="copy.en")))
    free_bytes = tiny.memory_bytes
    provider = OnDeviceProvider(library, children=2, runtime=EngineRuntime(free_memory=lambda: free_bytes))
    await provider.warm_up("tiny.en")
    await provider.warm_up("copy.en")
    assert len(provider.engine_pids) == 2
    await provider.close()
    free_bytes -= 1
    await provider.warm_up("tiny.en")
    await provider.warm_up("copy.en")
    assert len(provider.engine_pids) == 1
    await provider.close()


async def test_a_call_waits_where_memory_has_no_room_for_a_second_engine(tmp_path: Path) -> None:
    library = ModelLibrary(tmp_path)
    pool = EnginePool(2, 1, runtime=EngineRuntime(free_memory=lambda: 0))
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


async def test_who_came_first_is_served_first(tmp_path: Path) -> None:
    model = await ModelLibrary(tmp_path).locate(BUNDLED_MODEL)
    pool = EnginePool(1, 1)
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


async def test_who_gives_up_waiting_leaves_the_place_to_the_next(tmp_path: Path) -> None:
    model = await ModelLibrary(tmp_path).locate(BUNDLED_MODEL)
    pool = EnginePool(1, 1)
    async with pool.engine(model) as first:
        waiting = [asyncio.create_task(_pid(pool, model)) for _ in range(3)]
        await asyncio.sleep(0)
        waiting[0].cancel()
        waiting[1].cancel()
        await asyncio.wait(waiting[:2])
    assert await waiting[2] == first.pid
    await pool.close()
