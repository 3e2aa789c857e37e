"""The core's thread ends when the core has."""

import ast
import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest

import gui.runtime.core_thread
from core.config import Folders, LoadedSettings, Settings
from core.observability.redaction import Redactor
from gui.runtime.core_thread import CoreSetup, CoreThread
from tests.conftest import REPOSITORY


def test_no_connection_ends_by_itself_while_a_thread_emits() -> None:
    """Such a one is removed with Qt's lock held, and that asks Python: whoever connects meanwhile waits for ever."""
    single = [
        str(file.relative_to(REPOSITORY))
        for file in (REPOSITORY / "gui").rglob("*.py")
        if any(
            isinstance(node, ast.Attribute) and node.attr == "SingleShotConnection"
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        )
    ]
    assert not single


class Finishing:
    """A core that ends only after `hurry` was called."""

    def __init__(self, grace_s: float) -> None:
        self.settings = Settings(shutdown_grace_s=grace_s)
        self.stopping = threading.Event()
        self.hurried = asyncio.Event()

    def hurry(self) -> None:
        self.hurried.set()

    async def run(self, *_: object, stop: asyncio.Event, opened: Callable[[Any], None], **__: object) -> None:
        opened(self)
        await stop.wait()
        self.stopping.set()
        await self.hurried.wait()


@pytest.mark.parametrize(("grace_s", "has_ended"), [(60.0, True), (0.0, False)])
async def test_closing_waits_as_long_as_running_recordings_have(
    grace_s: float, has_ended: bool, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    finishing = Finishing(grace_s)
    monkeypatch.setattr(gui.runtime.core_thread, "core_main", finishing.run)
    monkeypatch.setattr(gui.runtime.core_thread, "STOP_TIMEOUT_S", 0.0)
    core = CoreThread(CoreSetup(LoadedSettings(Settings()), folders, Redactor()))
    core.start()
    await asyncio.wrap_future(core._opened)
    assert core.grace_s == grace_s
    closing = asyncio.create_task(core.close())
    if grace_s:
        await asyncio.to_thread(finishing.stopping.wait)
        assert not closing.done()
        core.hurry()
    await closing
    assert core._ended.is_set() is has_ended
    core.hurry()
    await asyncio.to_thread(core._thread.join)
