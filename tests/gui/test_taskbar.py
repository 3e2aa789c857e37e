"""How far all work is, as the taskbar gets it."""

import asyncio
from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from core.domain import JobState, QueueStatistics, Snapshot
from core.system.taskbar_progress import TaskbarState, TaskbarUnavailable
from gui.runtime.loop import GuiLoop
from gui.taskbar import Taskbar
from gui.work_progress import WorkProgress, WorkState
from tests.fakes.core import FakeCoreThread, FakeNotula
from tests.gui.samples import view


class FakeTaskbar:
    """Notes what it is to show; refuses where the test says so."""

    def __init__(self) -> None:
        self.shown: list[TaskbarState] = []
        self.refuses = False
        self.closed = 0

    def show(self, state: TaskbarState) -> None:
        self.shown.append(state)
        if self.refuses:
            raise TaskbarUnavailable

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def system() -> FakeTaskbar:
    return FakeTaskbar()


@pytest.fixture
def pauses() -> list[asyncio.Future[None]]:
    """One for each pause between two updates, which the test ends."""
    return []


@pytest.fixture
def taskbar(
    loop: GuiLoop, system: FakeTaskbar, pauses: list[asyncio.Future[None]], finish: Callable[..., object]
) -> Iterator[Taskbar]:
    async def pause(seconds: float) -> None:
        pauses.append(loop.create_future())
        await pauses[-1]

    made = Taskbar(system, loop, pause=pause)
    yield made
    finish(made.close())


def work(progress: float | None, unfinished: int = 1) -> WorkState:
    return WorkState(progress, unfinished)


def test_updates_that_come_while_it_pauses_are_one(
    taskbar: Taskbar, system: FakeTaskbar, pauses: list[asyncio.Future[None]], qtbot: QtBot
) -> None:
    taskbar.follow(work(0.1))
    qtbot.waitUntil(lambda: len(pauses) == 1)
    for progress in (0.2, 0.3, 0.4):
        taskbar.follow(work(progress))
    pauses[0].set_result(None)
    qtbot.waitUntil(lambda: len(pauses) == 2)
    assert system.shown == [TaskbarState(0.1, 1), TaskbarState(0.4, 1)]


def test_what_is_refused_is_tried_again_with_the_next_batch_only(
    taskbar: Taskbar, system: FakeTaskbar, pauses: list[asyncio.Future[None]], qtbot: QtBot
) -> None:
    system.refuses = True
    taskbar.follow(work(0.1))
    qtbot.waitUntil(lambda: len(pauses) == 1)
    pauses[0].set_result(None)
    qtbot.waitUntil(lambda: taskbar._task is None)
    taskbar.follow(work(0.2))
    assert taskbar._task is None
    system.refuses = False
    taskbar.follow(work(None, 0))
    taskbar.follow(work(0.5))
    qtbot.waitUntil(lambda: len(pauses) == 2)
    assert system.shown == [TaskbarState(0.1, 1), TaskbarState(0.5, 1)]


def test_nothing_is_shown_any_more_once_it_is_closed(
    taskbar: Taskbar,
    system: FakeTaskbar,
    pauses: list[asyncio.Future[None]],
    qtbot: QtBot,
    finish: Callable[..., object],
) -> None:
    taskbar.follow(work(0.1))
    qtbot.waitUntil(lambda: len(pauses) == 1)
    finish(taskbar.close())
    assert system.shown[1:] == [TaskbarState()]
    assert system.closed == 1
    taskbar.follow(work(0.5))
    assert taskbar._task is None


def test_a_dock_that_shows_numbers_gets_them(loop: GuiLoop) -> None:
    numbers: list[int] = []
    taskbar = Taskbar(None, loop, badge=numbers.append)
    taskbar.follow(work(0.5, 7))
    taskbar.follow(work(None, 0))
    assert numbers == [7, 0]


def test_progress_is_that_of_all_since_the_queue_was_empty(qapp: object) -> None:
    core = FakeCoreThread(FakeNotula())
    progress = WorkProgress(core)
    states: list[WorkState] = []
    progress.changed.connect(states.append)
    old = tuple(view(number, JobState.DONE) for number in range(5))
    half = view(6, JobState.RUNNING, progress=0.5)
    for jobs, numbers in (
        (old, {"done": 5}),
        ((*old, view(6), view(7)), {"done": 5, "queued": 2}),
        ((*old, half, view(7)), {"done": 5, "queued": 1, "running": 1}),
        ((*old, half, view(7)), {"done": 5, "queued": 1, "running": 1}),
        ((half, view(7)), {"queued": 1, "running": 1}),
        ((view(6, JobState.FAILED), view(7)), {"failed": 1, "queued": 1, "is_paused": True}),
        ((view(6, JobState.FAILED), view(7, JobState.DONE)), {"failed": 1, "done": 1}),
        ((view(8),), {"failed": 1, "done": 1, "queued": 1}),
    ):
        core.published.emit(Snapshot(jobs, QueueStatistics(**numbers)))
    assert states == [
        WorkState(0.0, 2),
        WorkState(0.25, 2),
        WorkState(0.5, 1, is_paused=True),
        WorkState(),
        WorkState(0.0, 1),
    ]
