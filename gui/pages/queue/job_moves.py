"""Moving the owner's waiting jobs within the queue: by keys and menu, and by drag and drop in the list."""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from core.domain import JobId, JobView
from core.domain.job_move import Move, MoveBefore
from gui.page_context import PageContext
from gui.pages.queue.job_order import can_be_moved
from gui.widgets.job_operations import JobOperations

ONE_RUN_S = 10.0
"""Moves of the same jobs that follow each other so soon are undone together: a key is pressed several times."""


@dataclass(frozen=True, slots=True)
class _Run:
    """Moves of the same jobs, one soon after the other, and the order before the first of them."""

    ids: tuple[JobId, ...]
    before: tuple[JobId, ...]
    at_s: float


class JobMoves(QObject):
    """The actions, and the operations that they start. `selected` returns the jobs to move."""

    moved = Signal()
    """The list shows jobs where they were moved to."""

    def __init__(
        self,
        page: QWidget,
        selected: Callable[[], list[JobView]],
        context: PageContext,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(page)
        self._monotonic = monotonic
        self._selected = selected
        self._operations = JobOperations(page, context)
        self._messages = context.messages
        self._tr = context.tr
        self._turns: Mapping[JobId, int] = {}
        self._last = _Run((), (), -math.inf)
        self._is_awaited = False
        self.all: tuple[QAction, ...] = tuple(
            context.actions.bind(name, page, partial(self._move_selected, to))
            for name, to in (
                ("queue_earlier", Move.UP),
                ("queue_later", Move.DOWN),
                ("queue_first", Move.FRONT),
                ("queue_last", Move.BACK),
            )
        )
        """In the order of a menu."""

    def update(self, jobs: Sequence[JobView], turns: Mapping[JobId, int]) -> None:
        """Enable the actions if any of these jobs can be moved. `turns` are the places in the list as it is shown."""
        if turns is not self._turns:
            self._turns = turns
            if self._is_awaited:
                self._show_moved()
        can_move = bool(turns) and any(can_be_moved(job, turns) for job in jobs)
        for action in self.all:
            action.setEnabled(can_move)

    def move(self, ids: Sequence[JobId], to: Move | MoveBefore) -> None:
        """Move these jobs, and offer to put them back."""
        if ids:
            done = partial(self._moved, tuple(ids), self._turns)
            self._operations.start(lambda notula: notula.jobs.move(ids, to), done)

    def _move_selected(self, to: Move) -> None:
        self.move([job.id for job in self._selected() if can_be_moved(job, self._turns)], to)

    def _moved(self, ids: tuple[JobId, ...], turns: Mapping[JobId, int], before: tuple[JobId, ...]) -> None:
        if not before:  # They were there already.
            return
        now, last = self._monotonic(), self._last
        is_same_run = ids == last.ids and now - last.at_s < ONE_RUN_S
        self._last = _Run(ids, last.before if is_same_run else before, now)
        self._await_list(turns)
        text = self._tr.plural("{count} recording moved.", "{count} recordings moved.", len(ids))
        self._messages.information(text, self._tr("Undo"), partial(self._put_back, self._last), is_undo=True)

    def _put_back(self, run: _Run) -> None:
        self._last = _Run((), (), -math.inf)
        turns = self._turns
        self._operations.start(lambda notula: notula.jobs.arrange(run.before), lambda _: self._await_list(turns))

    def _await_list(self, turns: Mapping[JobId, int]) -> None:
        """Tell of the move once the list shows others than these turns, as it may do already."""
        if turns is self._turns:
            self._is_awaited = True
        else:
            self._show_moved()

    def _show_moved(self) -> None:
        self._is_awaited = False
        self.moved.emit()
