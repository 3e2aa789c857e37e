"""Whatever is asked for, and whenever: never two bots with one token, and in the end the one that is wanted."""

import asyncio
import random
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.app.bot_service import BotParts, BotService
from core.app.settings import SettingsService
from core.config import LoadedSettings, Settings
from core.domain.bot import BotCondition, BotState
from core.domain.errors import BotError, BotOff, BotTokenMissing, TelegramUnreachable
from tests.patience import PATIENCE_S


class World:
    """A settings' owner, the tokens, and bots that start, run and stop as slowly as the test says."""

    def __init__(self) -> None:
        self.settings_service = SettingsService(LoadedSettings(Settings()), Path("settings.toml"), {})
        self.token: str | None = "1:one"
        self.alive: list[FakeBot] = []
        self.made: list[FakeBot] = []
        self.most_alive = 0
        self.skip_calls = 0
        self.gates: dict[str, asyncio.Event] = {}
        self.reached: dict[str, asyncio.Event] = {}
        self.failures: list[Exception] = []
        self.pauses = lambda: 0
        self.module = SimpleNamespace(TelegramBot=self._bot)
        parts = BotParts(None, self, Path(), clock=lambda: 0.0)  # type: ignore[arg-type]
        self.control = BotService(parts, load=self._load)
        self.control.follow_settings()

    @property
    def settings(self) -> Settings:
        return self.settings_service.current

    @property
    def keys(self) -> "World":
        return self

    async def secret(self, name: str) -> str | None:
        assert name == "telegram"
        await self.at("secret")
        return self.token

    def skip_retry_delays(self) -> None:
        self.skip_calls += 1

    def hold(self, place: str) -> None:
        """Stop there until `go` is called."""
        self.gates[place], self.reached[place] = asyncio.Event(), asyncio.Event()

    def go(self, place: str) -> None:
        self.gates.pop(place).set()

    async def at(self, place: str) -> None:
        for _ in range(self.pauses()):
            await asyncio.sleep(0)
        if place in self.gates:
            self.reached[place].set()
            await self.gates[place].wait()

    def use(self, **values: Any) -> None:
        self.settings_service.use(**values)

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not condition():
                await self.control.wait_for_change()

    def _bot(self, token: str, *_: object, wake: Callable[[], None], **__: object) -> "FakeBot":
        return FakeBot(self, token, wake)

    def _load(self) -> ModuleType:
        return self.module  # type: ignore[return-value]


class FakeBot:
    """Counts as connected from its start until the end of its stop."""

    def __init__(self, world: World, token: str, wake: Callable[[], None]) -> None:
        self.world, self.token = world, token
        self.transport = world.settings.bot_transport
        self.condition = BotCondition.STARTING
        self.sources = self
        world.made.append(self)

    @property
    def state(self) -> BotState:
        return BotState(self.condition)

    async def start(self) -> None:
        self.world.alive.append(self)
        self.world.most_alive = max(self.world.most_alive, len(self.world.alive))
        await self.world.at("start")
        if self.world.failures:
            raise self.world.failures.pop(0)
        self.condition = BotCondition.RUNNING

    async def stop(self) -> None:
        await self.world.at("stop")
        if self in self.world.alive:
            self.world.alive.remove(self)

    async def open(self, location: str, name: str) -> Any:
        return location, name


def running(world: World) -> bool:
    return world.control.state.condition is BotCondition.RUNNING


async def test_two_changes_in_a_row_leave_one_bot(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    world.use(bot_enabled=True)
    await world.until(lambda: running(world))
    world.hold("stop")
    world.use(webhook_url="https://bot.example.org")
    await world.reached["stop"].wait()
    world.use(bot_transport="webhook")
    world.use(webhook_listen="127.0.0.1:9000")
    world.go("stop")
    await world.until(lambda: running(world))
    assert len(world.alive) == world.most_alive == 1
    assert world.alive[0].transport == "webhook"
    await world.control.close()
    assert world.alive == []


async def test_off_and_on_again_while_it_stops_is_on() -> None:
    world = World()
    world.use(bot_enabled=True)
    await world.until(lambda: running(world))
    world.hold("stop")
    world.use(bot_enabled=False)
    await world.reached["stop"].wait()
    assert world.control.state.condition is BotCondition.OFF
    world.use(bot_enabled=True)
    world.go("stop")
    await world.until(lambda: running(world) and world.alive != [])
    await world.control.close()
    assert world.most_alive == 1


async def test_off_while_it_starts_is_off() -> None:
    world = World()
    world.hold("start")
    world.control.start()
    await world.reached["start"].wait()
    await world.control.stop()
    assert world.alive == []
    assert world.control.state.condition is BotCondition.OFF
    with pytest.raises(BotOff):
        await world.control.open("file", "name")
    world.go("start")
    await world.control.close()


async def test_another_token_is_used_as_soon_as_it_is_told() -> None:
    world = World()
    world.hold("secret")
    world.use(bot_enabled=True)
    await world.reached["secret"].wait()
    world.token = "2:two"
    await world.control.restart()
    world.go("secret")
    await world.until(lambda: running(world))
    assert [bot.token for bot in world.alive] == ["2:two"]
    await world.control.restart()
    await world.until(lambda: len(world.made) == 2 and running(world))
    assert len(world.alive) == world.most_alive == 1
    await world.control.close()


@pytest.mark.parametrize(
    ("failure", "told"), [(TelegramUnreachable(), TelegramUnreachable()), (ZeroDivisionError(), BotError())]
)
async def test_what_fails_is_told_once_and_tried_again_when_asked(failure: Exception, told: BotError) -> None:
    world = World()
    world.failures = [failure]
    world.control.start()
    await world.until(lambda: world.control.state.condition is BotCondition.FAILED)
    assert world.control.state.problem == told.message
    assert len(world.made) == 1
    with pytest.raises(BotOff):
        await world.control.open("file", "name")
    world.control.start()
    assert await world.control.open("file", "name") == ("file", "name")
    await world.until(lambda: running(world))
    await world.control.close()


async def test_a_token_that_is_missing_is_told_and_its_coming_mends_it() -> None:
    world = World()
    world.token = None
    world.use(bot_enabled=True)
    await world.until(lambda: world.control.state.problem == BotTokenMissing().message)
    world.token = "1:one"
    await world.control.restart()
    await world.until(lambda: running(world))
    await world.control.close()


async def test_a_failure_while_it_stops_takes_no_stop_away() -> None:
    world = World()
    world.failures = [ZeroDivisionError()]
    world.hold("stop")
    world.control.start()
    await world.reached["stop"].wait()
    world.use(bot_transport="webhook")
    await asyncio.sleep(0)
    assert len(world.made) == 1
    world.go("stop")
    await world.until(lambda: running(world))
    assert world.most_alive == 1
    await world.control.close()


async def test_however_often_it_is_begun_one_thread_loads_the_bot() -> None:
    world = World()
    loaded = threading.Event()
    loads: list[int] = []
    load = world._load

    def slowly() -> ModuleType:
        loads.append(threading.get_ident())
        assert loaded.wait(PATIENCE_S)
        return load()

    world.control._load = slowly
    world.use(bot_enabled=True)
    for number in range(40):
        world.use(webhook_listen=f"127.0.0.1:{9000 + number}")
        for _ in range(10):
            await asyncio.sleep(0)
    assert await asyncio.wait_for(asyncio.to_thread(lambda: "free"), PATIENCE_S) == "free"
    loaded.set()
    await world.until(lambda: running(world))
    assert len(loads) == 1
    await world.control.close()


async def test_a_module_that_can_not_be_loaded_is_told_and_tried_again() -> None:
    world = World()
    load = world._load

    def fails() -> ModuleType:
        raise ImportError

    world.control._load = fails
    world.control.start()
    await world.until(lambda: world.control.state.problem == BotError().message)
    world.control._load = load
    world.control.start()
    await world.until(lambda: running(world))
    await world.control.close()


async def test_after_the_end_nothing_begins() -> None:
    world = World()
    world.control.start()
    await world.until(lambda: running(world))
    closing = asyncio.create_task(world.control.close())
    await asyncio.sleep(0)
    world.control.start()
    world.use(bot_enabled=True)
    await closing
    assert world.alive == []


STEPS = st.one_of(
    st.sampled_from(["start", "stop", "restart", "on", "off", "webhook", "polling", "token", "fail"]),
    st.integers(0, 12),
)


@given(st.lists(STEPS, max_size=25), st.integers(0, 10_000))
def test_whatever_is_asked_in_whatever_order_ends_in_what_was_asked_last(steps: list[Any], seed: int) -> None:
    asyncio.run(_live(steps, random.Random(seed).randint))


async def _live(steps: list[Any], randint: Callable[[int, int], int]) -> None:
    world = World()
    world.pauses = lambda: randint(0, 4)
    is_on = False
    pending: list[asyncio.Task[None]] = []
    tokens = 1

    def begin(work: Awaitable[None]) -> None:
        pending.append(asyncio.ensure_future(work))

    for step in steps:
        if isinstance(step, int):
            for _ in range(step):
                await asyncio.sleep(0)
        elif step == "start":
            world.control.start()
            is_on = True
        elif step == "stop":
            begin(world.control.stop())
            await asyncio.sleep(0)
            is_on = False
        elif step == "restart":
            await world.control.restart()
            is_on = is_on or world.settings.bot_enabled
        elif step in ("on", "off"):
            if world.settings.bot_enabled is not (step == "on"):
                is_on = step == "on"
            world.use(bot_enabled=step == "on")
        elif step == "token":
            tokens += 1
            world.token = f"{tokens}:x"
            await world.control.restart()
            is_on = is_on or world.settings.bot_enabled
        elif step == "fail":
            world.failures.append(ZeroDivisionError())
        else:
            world.use(bot_transport=step)
        assert len(world.alive) <= 1
    world.failures.clear()
    if is_on:
        world.control.start()
        ended = (BotCondition.RUNNING, BotCondition.FAILED)
        await world.until(lambda: world.control.state.condition in ended)
        if not running(world):  # It was failing already when it was asked for.
            world.control.start()
            await world.until(lambda: running(world))
        (bot,) = world.alive
        assert (bot.token, bot.transport) == (world.token, world.settings.bot_transport)
    else:
        await world.control.stop()
        assert world.alive == []
    assert world.most_alive <= 1
    await world.control.close()
    assert world.alive == []
    await asyncio.gather(*pending)
