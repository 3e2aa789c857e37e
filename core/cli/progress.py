"""Bars on a terminal while recordings are transcribed."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

from core.domain import JobId
from core.domain.visible import one_line

if TYPE_CHECKING:
    from core.app.notula import Notula


@asynccontextmanager
async def progress_bars(
    notula: "Notula", ids: Sequence[JobId]
) -> AsyncIterator[Callable[[], AbstractContextManager[None]]]:
    """Bars on standard error, one a recording. Gives what hides them for as long as something else is written."""
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import Progress

    async def follow() -> None:
        while True:
            for view in notula.snapshot().jobs:
                if view.id in bars:
                    share = 1.0 if view.state.is_final else view.progress
                    bars_shown.update(bars[view.id], completed=share or 0.0)
            await notula.wait_for_change()

    @contextmanager
    def hidden() -> Iterator[None]:
        bars_shown.stop()
        try:
            yield
        finally:
            bars_shown.start()

    names = {view.id: view.name for view in notula.snapshot().jobs}
    with Progress(console=Console(stderr=True), transient=True) as bars_shown:
        bars = {job_id: bars_shown.add_task(escape(one_line(names.get(job_id, ""))), total=1.0) for job_id in ids}
        following = asyncio.create_task(follow(), name="progress")
        try:
            yield hidden
        finally:
            following.cancel()
            await asyncio.wait([following])
