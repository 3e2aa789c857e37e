"""The computer is kept awake by the login manager of Linux, by a program of macOS, and by a thread on Windows."""

import stat
import sys
import threading
from pathlib import Path

import psutil
import pytest

from core.system.sleep_inhibitor import (
    ES_CONTINUOUS,
    ES_SYSTEM_REQUIRED,
    Caffeinate,
    ExecutionState,
    LoginManager,
    SleepInhibitionFailed,
)
from tests.fakes.login_manager import FakeLoginManager
from tests.patience import PATIENCE_S

linux = pytest.mark.skipif(sys.platform != "linux", reason="the bus of Linux")


@linux
def test_a_lock_is_held_until_it_is_released_however_often_that_is_said(tmp_path: Path) -> None:
    with FakeLoginManager(tmp_path) as manager:
        inhibitor = LoginManager(manager.address)
        inhibitor.release()
        inhibitor.hold()
        inhibitor.hold()
        assert manager.locks == [("idle:sleep", "Notula", "Recordings are being transcribed", "block")]
        assert not manager.released.is_set()
        inhibitor.release()
        assert manager.released.wait(PATIENCE_S)
        inhibitor.release()
        inhibitor.hold()
        assert len(manager.locks) == 2
        inhibitor.release()


@linux
@pytest.mark.parametrize("trouble", [{"refuses": True}, {"passes_descriptors": False}])
def test_a_login_manager_that_gives_no_lock_is_told(tmp_path: Path, trouble: dict[str, bool]) -> None:
    with FakeLoginManager(tmp_path, **trouble) as manager:
        inhibitor = LoginManager(manager.address)
        with pytest.raises(SleepInhibitionFailed):
            inhibitor.hold()
        inhibitor.release()


@linux
@pytest.mark.parametrize("address", ["unix:path={folder}/nobody", "tcp:host=127.0.0.1", "nonsense"])
def test_a_system_without_a_bus_is_told(tmp_path: Path, address: str) -> None:
    with pytest.raises(SleepInhibitionFailed):
        LoginManager(address.format(folder=tmp_path)).hold()


@pytest.mark.skipif(sys.platform == "win32", reason="a script stands for the program")
def test_a_program_runs_while_the_computer_is_kept_awake(tmp_path: Path) -> None:
    program = tmp_path / "caffeinate"
    program.write_text("#!/bin/sh\nexec sleep 600\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    inhibitor = Caffeinate(str(program))
    before = set(psutil.Process().children())
    inhibitor.hold()
    inhibitor.hold()
    (running,) = set(psutil.Process().children()) - before
    inhibitor.release()
    assert not running.is_running()
    inhibitor.release()
    with pytest.raises(SleepInhibitionFailed):
        Caffeinate(str(tmp_path / "missing")).hold()


class FakeKernel:
    """Notes what Windows is told, and by which thread."""

    def __init__(self, *, answer: int = ES_CONTINUOUS) -> None:
        self.told: list[tuple[int, int]] = []
        self._answer = answer

    def SetThreadExecutionState(self, state: int) -> int:  # noqa: N802  Windows' name
        self.told.append((state, threading.get_ident()))
        return self._answer


def test_windows_is_told_by_one_thread_that_it_may_sleep_again() -> None:
    kernel = FakeKernel()
    inhibitor = ExecutionState(kernel)
    inhibitor.release()
    inhibitor.hold()
    inhibitor.hold()
    inhibitor.release()
    states, threads = zip(*kernel.told, strict=True)
    assert states == (ES_CONTINUOUS | ES_SYSTEM_REQUIRED, ES_CONTINUOUS)
    assert len(set(threads)) == 1
    assert threads[0] != threading.get_ident()
    with pytest.raises(SleepInhibitionFailed):
        ExecutionState(FakeKernel(answer=0)).hold()
