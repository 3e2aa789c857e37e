"""The core in a thread of its own with its own loop, and the bridge to it."""

import asyncio
import contextlib
import logging
import sys
import threading
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from PySide6.QtCore import QObject, Signal

from core.concurrency.supervision import Supervisor, end
from core.config import Folders, LoadedSettings
from core.domain import Snapshot, TranslatableText, mark
from core.observability.redaction import Redactor

if TYPE_CHECKING:
    from core.app.notula import Notula

logger = logging.getLogger(__name__)

T = TypeVar("T")

SNAPSHOT_INTERVAL_S = 0.1
"""The least seconds between two snapshots."""

SWITCH_INTERVAL_S = 0.001
"""With Python's default of 5 ms, work in the core's thread makes the window's frames late (measured)."""

STOP_TIMEOUT_S = 15.0
"""After the running jobs have had their seconds to finish: for writing, closing, and ending child processes."""

OUTDATED = TranslatableText(
    mark("What the window shows may be out of date: the state could not be read. It is tried again.")
)


@dataclass(frozen=True, slots=True)
class CoreSetup:
    """What the core is started with."""

    loaded: LoadedSettings
    folders: Folders
    redactor: Redactor
    """Told every key, so that whatever else this process writes can be redacted, too."""


async def core_main(
    setup: CoreSetup,
    *,
    stop: asyncio.Event,
    opened: Callable[["Notula"], None],
    publish: Callable[[Snapshot], None],
) -> None:
    """Run the core until `stop` is set. Knows nothing of Qt, so that it could live in another process."""
    # Here, because it takes a while and the window is already visible.
    from core.app.notula import Notula
    from core.app.settings import SettingsService
    from core.observability.logs import set_up_logging

    folders = setup.folders
    set_up_logging(folders.log, redactor=setup.redactor)
    settings = SettingsService(setup.loaded, folders.settings_file)
    notula = Notula(settings, folders, redactor=setup.redactor)
    await notula.start()
    if settings.current.bot_enabled:
        notula.bot.start()
    opened(notula)
    try:
        await SnapshotFeed(notula, publish).run(stop)
    finally:
        await notula.stop()


class _SnapshotSource(Protocol):
    """The part of `Notula` that the feed needs."""

    def snapshot(self) -> Snapshot:
        """The current state."""

    async def wait_for_change(self) -> None:
        """Return as soon as the state has changed."""


class SnapshotFeed:
    """Publishes a snapshot at each change, at most ten times a second. Started again after an error."""

    def __init__(
        self,
        source: _SnapshotSource,
        publish: Callable[[Snapshot], None],
        *,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._source = source
        self._publish = publish
        self._last = Snapshot()
        self._supervisor = Supervisor(self._publish_last, pause=pause)

    async def run(self, stop: asyncio.Event) -> None:
        """Publish until `stop` is set."""
        stopping = asyncio.create_task(stop.wait(), name="stop-wanted")
        feeding = self._supervisor.start("snapshot-feed", self._feed, OUTDATED)
        try:
            await asyncio.wait({feeding, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await end(feeding)
            await end(stopping)

    async def _feed(self) -> None:
        while True:
            self._last = self._source.snapshot()
            self._publish_last()
            await asyncio.sleep(SNAPSHOT_INTERVAL_S)
            await self._source.wait_for_change()

    def _publish_last(self) -> None:
        """Publish the newest snapshot, with a notice where taking a newer one has failed."""
        self._publish(replace(self._last, notices=(*self._supervisor.notices, *self._last.notices)))


class CoreThread(QObject):
    """Starts and stops the core, calls its coroutines, and emits its snapshots in the window's thread.

    Nothing is connected by `Qt.ConnectionType.SingleShotConnection` to a signal that another thread emits: removing the
    connection, Qt holds a lock while PySide waits for Python, and the window waits for that lock as soon as it connects
    or disconnects anything.
    """

    published = Signal(object)
    """A new `Snapshot`, at most ten times a second."""

    failed = Signal(object)
    """The core could not start, or has ended with this exception. Later calls never return."""

    def __init__(self, setup: CoreSetup) -> None:
        super().__init__()
        self._setup = setup
        self.last: Snapshot | None = None
        """The latest snapshot, for what of the window is made after it has come; None before the first one."""

        self.published.connect(self._remember)
        self._opened: Future[Notula] = Future()
        self._is_closed = False
        self._running = threading.Event()
        self._ended = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._thread = threading.Thread(target=self._run, name="core", daemon=True)

    def _remember(self, snapshot: Snapshot) -> None:
        self.last = snapshot

    def start(self) -> None:
        """Start the thread and return at once; calls wait until the core is ready. After `close` it does nothing."""
        if self._is_closed:
            return
        sys.setswitchinterval(SWITCH_INTERVAL_S)
        self._thread.start()

    async def call(self, ask: Callable[["Notula"], Coroutine[Any, Any, T]]) -> T:
        """Run a coroutine of the core in its loop: `await core.call(lambda notula: notula.transcripts.page())`.

        Cancelling this cancels that. Raises what the coroutine raises.
        """
        notula = await asyncio.shield(asyncio.wrap_future(self._opened))
        assert self._loop is not None
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(ask(notula), self._loop))

    @property
    def grace_s(self) -> float:
        """How many seconds `close` gives running jobs to finish."""
        notula = self._notula
        return notula.settings.shutdown_grace_s if notula is not None else 0.0

    def hurry(self) -> None:
        """Make `close` not wait for running jobs, also where it has been called already."""
        notula = self._notula
        if notula is not None and self._loop is not None:
            with contextlib.suppress(RuntimeError):  # The core has ended already, and its loop is closed.
                self._loop.call_soon_threadsafe(notula.hurry)

    async def close(self) -> None:
        """Stop the core: running jobs get `grace_s` to finish. Returns when everything is written and closed."""
        self._is_closed = True
        if self._thread.ident is None:
            return
        await asyncio.to_thread(self._running.wait)
        if self._loop is not None and self._stop is not None:
            with contextlib.suppress(RuntimeError):  # The core has ended already, and its loop is closed.
                self._loop.call_soon_threadsafe(self._stop.set)
        timeout_s = self.grace_s + STOP_TIMEOUT_S
        ended = await asyncio.to_thread(self._ended.wait, timeout_s)
        if not ended:
            logger.error("The core did not stop within %s s", timeout_s)

    @property
    def _notula(self) -> "Notula | None":
        """The core, once it has opened."""
        has_opened = self._opened.done() and not self._opened.cancelled() and self._opened.exception() is None
        return self._opened.result() if has_opened else None

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=_loop_factory()) as runner:
                runner.run(self._main())
        except Exception as error:
            logger.exception("The core has ended with an exception")
            self.failed.emit(error)  # Before calls fail for the same reason: it is told first.
            if not self._opened.done():
                self._opened.set_exception(error)
        finally:
            self._running.set()
            self._ended.set()

    async def _main(self) -> None:
        self._stop = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._running.set()
        await core_main(
            self._setup,
            stop=self._stop,
            opened=self._opened.set_result,
            publish=self.published.emit,
        )


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Uvloop where it is installed, else asyncio's own loop, as on Windows."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop
