"""Watching one folder: looks into it again and again, and submits each recording that has come, once.

What survives a crash: first a file's content and the id of its job are written, durably, then the job of that id is
submitted unless there was one, then that is noted. Wherever that is cut off, it goes on with the same id. A
cancellation waits for what is being written, so that whoever watches the folder next knows of it.
"""

import asyncio
import errno
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

from core.concurrency.daemon_thread import in_daemon_thread
from core.concurrency.supervision import complete, end
from core.domain import ContentHash, JobId
from core.domain.watching import WatchCondition, WatchedFolder, WatchFolder
from core.store import FileStamp, FolderMemory, KnownFile
from core.watching.clock_shift import is_clock_shift
from core.watching.folder_scan import FolderScan, Identity, Inspected, inspect_file, scan_folder, scope_of
from core.watching.patience import Patience
from core.watching.standing_still import STILL_S, StandingStill
from core.watching.watch_tools import DueRecording, WatchTools

logger = logging.getLogger(__name__)

LOOK_S = 10.0
"""Between two looks. Polling alone works on every drive; notifications of the system don't on network drives."""

COST_SHARE = 0.003
"""Of a core's time, what looks for new files may take: one in ten thousand files takes some hundredths of a second."""

FULL_COST_SHARE = 0.002
"""The same for looks at all files, which find what was written anew. With some hundred files each look is one."""

_TIMES_FULL_COST = 4.0
"""A look at all files takes so many times as long as one for new ones, about."""

LONGEST_LOOK_S = 600.0
FILES_AT_ONCE = 50
"""Files that are read, written down and submitted together."""

_NOT_READY_ON_WINDOWS = 21
"""ERROR_NOT_READY, which Python takes for a lack of permission."""


class FolderWatch:
    """Belongs to one event loop. `others` are the paths of other watched folders, normalised.

    `is_double` says whether a folder of this identity is watched already, under another name.
    """

    def __init__(
        self,
        path: str,
        folder: WatchFolder,
        tools: WatchTools,
        others: Collection[str],
        is_double: Callable[[Identity], bool],
    ) -> None:
        self.path = path
        self.folder = folder
        self.state = WatchedFolder(path)
        self.identity: Identity | None = None
        self.pause_s = LOOK_S
        """How long to wait until the next look."""

        self._tools = tools
        self._others = others
        self._scope = scope_of(path, folder, others)
        self._is_double = is_double
        self._memory: FolderMemory | None = None
        self._is_loaded = False
        self._still = StandingStill()
        self._no_recordings: dict[str, FileStamp] = {}
        self._replaced: set[FileStamp] = set()
        """Of files that were there before, and whose places others have: they may be elsewhere now."""

        self._patience = Patience()
        self._full_look_at = 0.0
        self._left = 0
        """How many recordings that count there was no room for."""

    async def look(self, *, is_paused: bool = False) -> None:
        """Look into the folder once, and submit what has come. Raises `StoreError`.

        While `is_paused` only the beginning of the watching is noted: what comes from then on counts later.
        """
        try:
            await self._look(is_paused)
        except Exception:
            self._is_loaded = False  # What was written isn't known for sure.
            raise

    async def _look(self, is_paused: bool) -> None:
        if not self._is_loaded:
            self._memory = await self._tools.store.load(self.path, self._scope)
            self._is_loaded = True
        if is_paused and self._memory is not None:
            self._show(WatchCondition.PAUSED)
            return
        try:
            scan, fresh = await self._scan()
        except OSError as error:
            self._show(_condition_of(error))
            self.pause_s = LOOK_S
            return
        self.identity = scan.identity
        if self._is_double(scan.identity):
            self._show(WatchCondition.WATCHING)
            return
        memory = self._memory
        if memory is None or (not memory.files and memory.device != str(scan.identity[0])):
            await self._begin(scan)
            self._show(WatchCondition.PAUSED if is_paused else WatchCondition.WATCHING)
        elif not self._may_ask():
            self._show(WatchCondition.NO_PROVIDER)
        else:
            await self._take(memory, scan, fresh)
            self._show(WatchCondition.WATCHING)
            if self.state.waiting:
                self.pause_s = max(STILL_S, self.pause_s / 2)

    async def _scan(self) -> tuple[FolderScan, Mapping[str, FileStamp]]:
        """The folder's files, and those of them that aren't known as they are."""
        worked_s = 0.0
        is_full = self._memory is None or self._tools.clock() >= self._full_look_at

        def work(is_cancelled: Callable[[], bool]) -> tuple[FolderScan, Mapping[str, FileStamp]]:
            nonlocal worked_s
            begun = self._tools.work_time()
            scan = scan_folder(
                Path(self.path),
                subfolders=self.folder.subfolders,
                others=self._others,
                trusted={} if is_full else self._trusted(),
                is_cancelled=is_cancelled,
            )
            fresh = {path: stamp for path, stamp in scan.files.items() if self._is_fresh(path, stamp)}
            worked_s = self._tools.work_time() - begun
            return scan, fresh

        looking = asyncio.create_task(in_daemon_thread(f"watch {self.path}", work))
        try:
            if not (await asyncio.wait([looking], timeout=self._tools.hanging_after_s))[0]:
                self._show(WatchCondition.HANGING)
            found = await looking
        finally:
            await end(looking)
        if is_full:
            self._full_look_at = self._tools.clock() + min(worked_s / FULL_COST_SHARE, LONGEST_LOOK_S)
            worked_s /= _TIMES_FULL_COST
        self.pause_s = min(max(LOOK_S, worked_s / COST_SHARE), LONGEST_LOOK_S)
        return found

    def _trusted(self) -> dict[str, FileStamp]:
        """The files that are known, but for those that were seen to be written anew."""
        files = self._memory.files if self._memory is not None else {}
        return {path: known.stamp for path, known in files.items() if path not in self._still.observed}

    async def _begin(self, scan: FolderScan) -> None:
        """Begin to watch: what is in the folder now doesn't count.

        It is done again where a drive wasn't there yet, and has left an empty folder in its place.
        """
        await complete(self._tools.store.begin(self.path, self._scope, str(scan.identity[0]), scan.files))
        self._memory = await self._tools.store.load(self.path, self._scope)
        logger.info("A folder is watched from now on, with %d files in it", len(scan.files))

    def _is_fresh(self, path: str, stamp: FileStamp) -> bool:
        if self._no_recordings.get(path) == stamp:
            return False
        known = self._memory.files.get(path) if self._memory is not None else None
        return known is None or known.stamp != stamp or (known.content is None and self.folder.existing)

    async def _take(self, memory: FolderMemory, scan: FolderScan, fresh: Mapping[str, FileStamp]) -> None:
        await self._submit(memory, scan)
        self._patience.forget_others(fresh)
        self._no_recordings = {path: one for path, one in self._no_recordings.items() if path in scan.files}
        still = self._still.still(fresh, self._tools.clock())
        await self._keep_known(memory, scan, [path for path in still if path in fresh])
        to_read = [path for path in still if path in fresh and not self._is_known(memory, path, fresh[path])]
        ready = [path for path in to_read if self._patience.may_try(path, self._tools.clock())]
        while ready and self._tools.room() > 0:
            count = min(FILES_AT_ONCE, self._tools.room())
            some, ready = ready[:count], ready[count:]
            await self._read(memory, {path: fresh[path] for path in some})
            await self._submit(memory, scan)

    async def _keep_known(self, memory: FolderMemory, scan: FolderScan, still: Sequence[str]) -> None:
        """Note files that were there before, and were only moved, or given another time, without reading them."""
        if self.folder.existing or not still:
            return
        lost = {
            known.stamp
            for path, known in memory.files.items()
            if known.content is None and scan.files.get(path) != known.stamp
        }
        lost |= self._replaced
        moved: dict[str, KnownFile] = {}
        for path in still:
            stamp, before = scan.files[path], memory.files.get(path)
            is_shifted = before is not None and before.content is None and is_clock_shift(before.stamp, stamp)
            if is_shifted or stamp in lost:
                moved[path] = KnownFile(stamp)
        await self._note(memory, moved, {})

    def _is_known(self, memory: FolderMemory, path: str, stamp: FileStamp) -> bool:
        known = memory.files.get(path)
        return known is not None and known.stamp == stamp and not (known.content is None and self.folder.existing)

    async def _read(self, memory: FolderMemory, stamps: Mapping[str, FileStamp]) -> None:
        """Read these files, and note those that have counted before and those that count now."""

        def work(is_cancelled: Callable[[], bool]) -> dict[str, Inspected]:
            return {path: inspect_file(Path(self.path, path), is_cancelled) for path in stamps}

        found = await in_daemon_thread(f"read {self.path}", work)
        files: dict[str, KnownFile] = {}
        due: dict[ContentHash, JobId] = {}
        for path, inspected in found.items():
            if inspected.is_closed:
                self._patience.has_failed(path, self._tools.clock())
            elif not inspected.is_recording:
                self._no_recordings[path] = stamps[path]
            elif inspected.content is not None:
                files[path] = KnownFile(stamps[path], inspected.content)
                if inspected.content not in memory.contents and inspected.content not in due:
                    due[inspected.content] = JobId(self._tools.new_id())
        await self._note(memory, files, due)

    async def _note(
        self, memory: FolderMemory, files: Mapping[str, KnownFile], due: Mapping[ContentHash, JobId]
    ) -> None:
        if not files:
            return
        await complete(self._tools.store.note(self.path, files, due))
        before = [memory.files[path] for path in files if path in memory.files]
        self._replaced.update(known.stamp for known in before if known.content is None)
        memory.files.update(files)
        memory.contents.update(due)
        memory.due.update(due)
        for path in files:
            self._still.count(path)

    async def _submit(self, memory: FolderMemory, scan: FolderScan) -> None:
        """Submit what has counted and wasn't submitted yet, as far as it is still there and there is room."""
        self._left = 0
        if not memory.due:
            return
        there: dict[ContentHash, str] = {}
        for path, known in memory.files.items():
            if known.content in memory.due and scan.files.get(path) == known.stamp:
                there.setdefault(known.content, path)
        chosen = list(there.items())[: max(0, self._tools.room())]
        self._left = len(there) - len(chosen)
        if not chosen:
            return
        recordings = [DueRecording(Path(self.path, path), memory.due[content]) for content, path in chosen]
        contents = [content for content, _ in chosen]
        await complete(self._submit_now(recordings, contents))
        for content in contents:
            del memory.due[content]
        logger.info("%d recordings of a watched folder were submitted", len(contents))

    async def _submit_now(self, recordings: Sequence[DueRecording], contents: Sequence[ContentHash]) -> None:
        await self._tools.submit(recordings, self.folder)
        await self._tools.store.submitted(self.path, contents)

    def _may_ask(self) -> bool:
        return not self.folder.provider or self._tools.can_ask(self.folder.provider)

    def _show(self, condition: WatchCondition) -> None:
        is_watching = condition is WatchCondition.WATCHING
        closed = self._patience.failed
        state = WatchedFolder(
            self.path,
            condition,
            waiting=len(self._still.observed) - len(closed) + self._left if is_watching else 0,
            unreadable=len(closed) if is_watching else 0,
            unreadable_name=Path(min(closed)).name if is_watching and closed else "",
        )
        if state != self.state:
            if condition is not self.state.condition:
                logger.info("A watched folder is %s", condition)
            self.state = state
            self._tools.changed()


def _condition_of(error: OSError) -> WatchCondition:
    is_refused = error.errno in (errno.EACCES, errno.EPERM)
    if is_refused and getattr(error, "winerror", None) != _NOT_READY_ON_WINDOWS:
        return WatchCondition.CLOSED
    return WatchCondition.MISSING
