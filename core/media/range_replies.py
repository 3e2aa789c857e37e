"""The parent's replies to a decoder child's requests for bytes of the recording."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from core.domain.errors import NotulaError, SourceInterrupted
from core.media.decoding_budget import DecodingBudget
from core.media.source import MediaSource
from core.system.child_process import ChildExited, ChildProcess, ProtocolError
from core.system.frames import Fields

_CONCURRENT_READS = 8
_MAX_WAITING_READS = 64
_MAX_READ_BYTES = 1024 * 1024


class RangeReplies:
    """Reads what the child asks for, several ranges at once, and sends it.

    `changed` is called whenever `is_fetching` or `has_requests` may have changed, `failed` with the error of a source
    that can't be read.
    """

    def __init__(
        self,
        child: ChildProcess,
        source: MediaSource,
        budget: DecodingBudget,
        changed: Callable[[], None],
        failed: Callable[[NotulaError], None],
    ) -> None:
        self._child = child
        self._source = source
        self._budget = budget
        self._changed = changed
        self._failed = failed
        self._slots = asyncio.Semaphore(_CONCURRENT_READS)
        self._replies: set[asyncio.Task[None]] = set()
        self._fetching = 0
        self.fetched_bytes = 0
        """How much of the source was read so far."""

    @property
    def has_requests(self) -> bool:
        """Whether the child waits for bytes."""
        return bool(self._replies)

    @property
    def is_fetching(self) -> bool:
        """Whether the source is being read."""
        return self._fetching > 0

    def reply_later(self, request: Fields, tasks: asyncio.TaskGroup) -> None:
        """Reply to a request, in a task of its own. Raises `ProtocolError`, and `TooCostly` for too much in all."""
        offset = request.whole("offset", 0, self._source.info.size_bytes - 1)
        length = request.whole("length", 1, _MAX_READ_BYTES)
        if len(self._replies) >= _MAX_WAITING_READS:
            raise ProtocolError("too many reads at once")
        self._budget.count_read(length)
        reply = tasks.create_task(self._reply(offset, length))
        self._replies.add(reply)
        reply.add_done_callback(self._replies.discard)
        reply.add_done_callback(lambda _: self._changed())

    def cancel(self) -> None:
        """Reply to nothing any more."""
        for reply in self._replies:
            reply.cancel()

    async def _reply(self, offset: int, length: int) -> None:
        try:
            async with self._slots:
                data = await self._fetch(offset, length)
                with suppress(ChildExited):  # Who receives its frames gets the same error and reports it.
                    await self._child.send({"kind": "data", "offset": offset}, data)
        except NotulaError as error:
            self._failed(error)

    async def _fetch(self, offset: int, length: int) -> bytes:
        self._fetching += 1
        self._changed()
        try:
            data = await self._source.read_range(offset, length)
        finally:
            self._fetching -= 1
            self._changed()
        self.fetched_bytes += len(data)
        if len(data) != min(length, self._source.info.size_bytes - offset):
            raise SourceInterrupted(name=self._source.info.name)
        return data
