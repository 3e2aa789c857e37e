"""A journal on a drive that fails while it is in use.

    python -m tests.acceptance.failing_syncs FOLDER FILE

Nothing can be made durable while FILE is there, which needs the failing drive. Twenty jobs are taken before, then one
that is refused; the twenty end meanwhile. Prints a line a step, then kills itself.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

from core.domain.errors import StoreError
from core.store.sqlite import Database
from tests.unit.queue.work import Work, running
from tests.unit.samples import make_job


async def main(folder: Path, failing: Path) -> None:
    database = await Database.open(folder / "notula.db")
    work = Work()
    names = [f"recording-{number}.wav" for number in range(20)]
    async with running(database, folder, work, workers=len(names)) as queue:
        for name in names:
            work.hold(name)
            await queue.submit([make_job(name)])
        failing.touch()
        try:
            await queue.submit([make_job("refused.wav")])
        except StoreError as error:
            print("refused:", error, flush=True)
        print("notice:", database.notice, flush=True)
        for name in names[:10]:
            work.let_go(name)
        for view in queue.views()[:10]:
            await queue.wait(view.id)
        print("ended:", sum(view.state.is_final for view in queue.views()), flush=True)
        failing.unlink()
        await queue.submit([make_job("later.wav")])
        print("accepted later.wav", flush=True)
        print("notice:", database.notice, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2])))
