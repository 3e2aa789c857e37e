"""A Notula without a window, for tests that kill it: resumes what is left, takes files, tells what it has accepted.

    python -m tests.acceptance.headless FILE...

Prints `started`, `accepted NAME` once a file is in the journal, and `done` when every job has
ended and its export, where one was due, was tried.
"""

import asyncio
import sys
from pathlib import Path

from core.app.notula import Notula
from core.config import Folders, load_settings
from core.domain import Requester


async def main(files: list[Path]) -> None:
    folders = Folders.of_this_user()
    notula = Notula(load_settings(folders.settings_file).settings, folders)
    await notula.start()
    print("started", flush=True)
    for file in files:
        await notula.jobs.submit([file], Requester("test"))
        print(f"accepted {file.name}", flush=True)
    for view in notula.snapshot().jobs:
        await notula.jobs.wait(view.id)
        await notula.jobs.exported(view.id)
    print("done", flush=True)
    await notula.stop()


if __name__ == "__main__":
    asyncio.run(main([Path(name) for name in sys.argv[1:]]))
