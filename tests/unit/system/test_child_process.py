import asyncio
import io
import logging
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import psutil
import pytest

from core.providers.on_device.engines.engine import start_engine_child
from core.system import child_process
from core.system.child_entry import ChildChannel, run_child
from core.system.child_process import (
    ChildExited,
    ChildProcess,
    Frame,
    ProtocolError,
    clean_environment,
)
from tests.patience import PATIENCE_S


@pytest.fixture
async def child(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ChildProcess]:
    monkeypatch.setattr(child_process, "child_command", lambda module: [sys.executable, "-m", module])
    started = await ChildProcess.start("tests.fakes.child")
    yield started
    await started.kill()


async def test_frames_go_both_ways(child: ChildProcess) -> None:
    body = bytes(range(256)) * 40_000
    for text in ("one", "zwei", "三"):
        await child.send({"kind": "echo", "text": text}, body)
        assert await child.receive() == Frame({"kind": "echo", "text": text}, body)


async def test_a_child_that_dies_is_told_with_its_signal(child: ChildProcess) -> None:
    await child.send({"kind": "die"})
    with pytest.raises(ChildExited) as raised:
        await child.receive()
    assert raised.value.returncode == -signal.SIGKILL
    assert not child.is_alive


@pytest.mark.parametrize("kind", ["garbage", "huge"])
async def test_what_is_no_frame_is_an_error(child: ChildProcess, kind: str) -> None:
    await child.send({"kind": kind})
    with pytest.raises(ProtocolError):
        await child.receive()


async def test_closing_ends_the_child(child: ChildProcess) -> None:
    await child.close()
    assert not psutil.pid_exists(child.pid)


async def test_a_child_that_hangs_is_killed_at_closing(child: ChildProcess) -> None:
    await child.send({"kind": "hang"})
    await child.close(grace_s=0.05)
    assert not psutil.pid_exists(child.pid)


async def test_sending_to_the_dead_is_an_error(child: ChildProcess) -> None:
    await child.kill()

    async def send_until_it_is_noticed() -> None:
        while True:
            await child.send({"kind": "echo", "text": ""}, bytes(1_000_000))

    with pytest.raises(ChildExited):
        await send_until_it_is_noticed()


async def test_what_the_child_complains_of_is_in_the_log(child: ChildProcess, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    await child.send({"kind": "complain"})
    await child.receive()
    await child.close()
    assert "something is odd" in caplog.text


async def test_a_child_that_babbles_without_end_does_no_harm(child: ChildProcess) -> None:
    await child.send({"kind": "babble"})
    assert (await child.receive()).kind == "babbled"
    await child.close()
    assert not psutil.pid_exists(child.pid)


async def test_receiving_can_be_cancelled(child: ChildProcess) -> None:
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(child.receive(), 0.01)


def test_a_frame_cut_off_is_the_end() -> None:
    whole = Frame({"kind": "echo"}, b"body").encode()
    for length in range(len(whole)):
        assert ChildChannel(io.BytesIO(whole[:length]), io.BytesIO()).receive() is None
    assert ChildChannel(io.BytesIO(whole), io.BytesIO()).receive() == Frame({"kind": "echo"}, b"body")


async def test_a_child_that_closes_its_end_and_stays_is_ended(
    child: ChildProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child_process, "_EXIT_GRACE_S", 0.05)
    await child.send({"kind": "fall silent"})
    async with asyncio.timeout(PATIENCE_S):
        with pytest.raises(ChildExited):
            await child.receive()
    assert not child.is_alive


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
async def test_a_child_of_a_child_that_holds_its_pipes_keeps_nobody_waiting(
    child: ChildProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child_process, "_END_GRACE_S", 2 * PATIENCE_S)
    await child.send({"kind": "multiply"})
    assert (await child.receive()).kind == "multiplied"
    async with asyncio.timeout(PATIENCE_S):
        await child.kill()
    assert not psutil.pid_exists(child.pid)


@pytest.mark.parametrize("module", ["os", "corefile", "tests.fakes.child"])
def test_only_our_own_modules_run_as_children(module: str) -> None:
    with pytest.raises(SystemExit):
        run_child(module)


PLANTED = "planted-secret-3f2a"
SECRETS = (
    *("NOTULA_GROQ_KEY", "GROQ_API_KEY", "HF_TOKEN", "DATABASE_URL", "PYTHON_INDEX_TOKEN", "HTTPS_PROXY"),
    *("PYTHON_FOO", "PYTHONPATH", "CUDA_X", "CT2_X", "OMP_X", "LC_X", "_PYI_X", "COVERAGE_X", "NVIDIA_X"),
)


@pytest.mark.parametrize("start", [start_engine_child, lambda: ChildProcess.start("core.media.child.encoder")])
@pytest.mark.skipif(sys.platform != "linux", reason="shows a process's environment as a file")
async def test_a_child_is_told_no_secret(
    start: Callable[[], Awaitable[ChildProcess]], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in SECRETS:
        monkeypatch.setenv(name, PLANTED)
    monkeypatch.setenv("OMP_WAIT_POLICY", "passive")
    started = await start()
    environment = Path(f"/proc/{started.pid}/environ").read_text()
    await started.kill()
    assert PLANTED not in environment
    assert "OMP_WAIT_POLICY=passive" in environment.split("\0")


def test_a_child_is_told_where_things_are(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"PATH": "/bin", "SystemRoot": "C:\\Windows", "CUDA_VISIBLE_DEVICES": "0", "LC_ALL": "C.UTF-8"}
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    assert told.items() <= clean_environment().items()
