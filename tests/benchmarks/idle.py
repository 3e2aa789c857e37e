"""What the window costs while nothing happens but that its bot asks Telegram for news."""

import asyncio
import subprocess
import sys
from pathlib import Path

import psutil

from tests.benchmarks.display import a_display
from tests.benchmarks.figure import Figure
from tests.benchmarks.processes import environment
from tests.benchmarks.scale import Scale
from tests.conftest import REPOSITORY
from tests.fakes.bot_api import FakeBotApi
from tests.patience import PATIENCE_S

SECONDS = 60.0
SETTLE_S = 10.0


def measure(folder: Path, scale: Scale) -> list[Figure]:
    """The visible window on a real X server, with a bot that polls; the processor time of all its processes."""
    seconds = scale.of(SECONDS, 2.0)
    with a_display() as display:
        share = asyncio.run(_share(folder, display, seconds, scale.of(SETTLE_S, 1.0)))
    detail = f"over {seconds:.0f} s, the window visible and the bot polling; all processes"
    return [Figure("idle window", share * 100, 1, "% of a core", detail)]


async def _share(folder: Path, display: str, seconds: float, settle_s: float) -> float:
    async with FakeBotApi() as api:
        variables = {
            **environment(folder),
            "DISPLAY": display,
            "QT_QPA_PLATFORM": "xcb",
            "NOTULA_BOT_ENABLED": "true",
            "NOTULA_BOT_AUDIENCE": "everybody",
            "NOTULA_TELEGRAM_KEY": api.token,
            "NOTULA_BOT_SERVER": api.url,
        }
        command = [sys.executable, "-m", "gui.main"]
        process = psutil.Popen(command, cwd=REPOSITORY, env=variables, stderr=subprocess.DEVNULL)
        try:
            await api.until(lambda: bool(api.requests_of("getUpdates")), PATIENCE_S)
            await asyncio.sleep(settle_s)  # Nothing tells from outside that an idle process has become idle.
            before = _processor_s(process)
            await asyncio.sleep(seconds)
            return (_processor_s(process) - before) / seconds
        finally:
            process.terminate()
            await asyncio.to_thread(process.wait, PATIENCE_S)


def _processor_s(process: psutil.Process) -> float:
    return sum(sum(member.cpu_times()[:2]) for member in (process, *process.children(recursive=True)))
