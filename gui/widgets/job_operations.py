"""What a page asks of the core that changes the queue's jobs: to add, retry, cancel or remove them."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from gui.changes import Changes
from gui.page_context import PageContext

if TYPE_CHECKING:
    from core.app.notula import Notula

T = TypeVar("T")


class JobOperations:
    """Those of one page, which all other views are told of."""

    def __init__(self, initiator: object, context: PageContext) -> None:
        self._initiator = initiator
        self._core = context.core
        self._operations = context.operations

    def start(
        self, ask: "Callable[[Notula], Coroutine[Any, Any, T]]", done: Callable[[T], None] | None = None
    ) -> "asyncio.Task[None]":
        """Ask the core, and give what it answers to `done`; an error goes to the message bar."""
        return self._operations.start(
            self._core.call(ask), done=done, changes=Changes(jobs=True), initiator=self._initiator
        )
