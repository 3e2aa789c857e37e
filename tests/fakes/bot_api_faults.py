"""What can go wrong between a bot and Telegram, ordered by a test for requests to come."""

import asyncio
import copy
import socket
import struct
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.fakes.bot_api_wire import Refusal

ANY_METHOD = "*"
DOWNLOAD = "download"
"""Stands in the place of a method for the fetching of a file."""


@dataclass(slots=True)
class Hang:
    """A request that gets no answer until `release`; `reached` is set as soon as it is there."""

    reached: asyncio.Event = field(default_factory=asyncio.Event)
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def release(self) -> None:
        self.released.set()


class Interposed(Exception):
    """Something between the service and its client answers in its place."""

    def __init__(self, status: int, body: bytes) -> None:
        super().__init__()
        self.status = status
        self.body = body


@dataclass(slots=True)
class _Fault:
    """`after_effect`: the service has done what was asked for, and only its answer is lost."""

    after_effect: bool
    refusal: Refusal | None = None
    hang: Hang | None = None
    cut_after_bytes: int | None = None
    interposed: Interposed | None = None


class Faults:
    """Faults to come, each for the next request of its method (in any case of letters)."""

    def __init__(self) -> None:
        self._planned: defaultdict[str, deque[_Fault | None]] = defaultdict(deque)
        self._alterations: dict[str, tuple[Callable[[dict[str, Any]], object], int | None]] = {}

    def fail_next(
        self,
        method: str,
        error_code: int,
        description: str,
        *,
        retry_after: int | None = None,
        times: int = 1,
        after_effect: bool = False,
    ) -> None:
        """Answer the next requests of this method with an error."""
        parameters = {} if retry_after is None else {"retry_after": retry_after}
        refusal = Refusal(error_code, description, **parameters)
        self._plan(method, _Fault(after_effect, refusal), times)

    def reset_connection_next(self, method: str, *, times: int = 1, after_effect: bool = False) -> None:
        """Reset the connection instead of answering."""
        self._plan(method, _Fault(after_effect), times)

    def answer_next(self, method: str, status: int, body: bytes) -> None:
        """Answer the next request of this method with this, as a gateway does that stands before the service."""
        self._plan(method, _Fault(False, interposed=Interposed(status, body)), 1)

    def alter(self, method: str, change: Callable[[dict[str, Any]], object], *, times: int | None = 1) -> None:
        """Have `change` change the answers to come of this method in place; with `times` None all of them."""
        self._alterations[method.lower()] = (change, times)

    def altered(self, method: str, answer: dict[str, Any]) -> dict[str, Any]:
        """What is answered instead, a copy."""
        change, times = self._alterations.pop(method.lower(), (None, None))
        if change is None:
            return answer
        if times is None or times > 1:
            self._alterations[method.lower()] = (change, None if times is None else times - 1)
        other = copy.deepcopy(answer)
        change(other)
        return other

    def hang(self, method: str, *, after_effect: bool = False, let_through: int = 0) -> Hang:
        """Don't answer the next request of this method, after so many others, until the test says so."""
        hang = Hang()
        self._planned[method.lower()].extend([None] * let_through)
        self._plan(method, _Fault(after_effect, hang=hang), 1)
        return hang

    def cut_next_download(self, after_bytes: int, *, times: int = 1) -> None:
        """Close the connection in the middle of a file."""
        self._plan(DOWNLOAD, _Fault(False, cut_after_bytes=after_bytes), times)

    def take(self, method: str) -> "Fate":
        """The fate of a request that has just come."""
        for name in (method.lower(), ANY_METHOD):
            if self._planned[name]:
                return Fate(self._planned[name].popleft())
        return Fate(None)

    def _plan(self, method: str, fault: _Fault, times: int) -> None:
        self._planned[method.lower()].extend([fault] * times)


class Fate:
    """What happens to one request."""

    def __init__(self, fault: _Fault | None) -> None:
        self._fault = fault
        self.cut_after_bytes = fault.cut_after_bytes if fault else None

    async def before(self, request: web.BaseRequest) -> None:
        """Let happen what happens before the service has done anything.

        Raises:
            Refusal: the service refuses.
            ConnectionResetError: the connection is gone.
        """
        if self._fault is not None and not self._fault.after_effect:
            await self._strike(self._fault, request)

    async def after(self, request: web.BaseRequest) -> None:
        """Let happen what happens when the service has done what it was asked for; raises as `before` does."""
        if self._fault is not None and self._fault.after_effect:
            await self._strike(self._fault, request)

    async def _strike(self, fault: _Fault, request: web.BaseRequest) -> None:
        if fault.cut_after_bytes is not None:
            return
        if fault.hang is not None:
            fault.hang.reached.set()
            await fault.hang.released.wait()
        elif fault.interposed is not None:
            raise fault.interposed
        elif fault.refusal is not None:
            raise fault.refusal
        else:
            reset(request)
            raise ConnectionResetError


def reset(request: web.BaseRequest) -> None:
    """Break the connection off without a goodbye."""
    if request.transport is not None:
        connection = request.transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.transport.abort()
