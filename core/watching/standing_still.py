"""Which files stand still: nobody writes them any more, as far as their size and time of change tell."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from core.store import FileStamp

STILL_S = 5.0
"""A file that is as it was for so long has come as a whole, if nothing is known of how it is written."""

_LONGEST_STILL_S = 600.0
_TIMES_LONGEST_PAUSE = 2.0
"""A recorder may write in bursts: its file has to stand still for longer than between the bursts that were seen."""


@dataclass(frozen=True, slots=True)
class _Observation:
    stamp: FileStamp
    since: float
    longest_pause_s: float = 0.0

    @property
    def wanted_s(self) -> float:
        return max(STILL_S, min(_TIMES_LONGEST_PAUSE * self.longest_pause_s, _LONGEST_STILL_S))


class StandingStill:
    """Observes files by what each look at the folder shows. Times are seconds of a clock that never goes back.

    The files' own times are only compared with each other: the clock of another computer may be anywhere.
    """

    def __init__(self) -> None:
        self._observed: dict[str, _Observation] = {}
        self._counted: dict[str, _Observation] = {}

    @property
    def observed(self) -> Collection[str]:
        """The files of which it isn't known yet that they stand still."""
        return self._observed.keys()

    def still(self, fresh: Mapping[str, FileStamp], now: float) -> list[str]:
        """Those of the files to observe that stand still, in the order in which they began to."""
        for path in [path for path in self._observed if path not in fresh]:
            del self._observed[path]
        self._counted = {path: one for path, one in self._counted.items() if now - one.since <= _LONGEST_STILL_S}
        for path, stamp in fresh.items():
            before = self._observed.get(path) or self._counted.pop(path, None)
            if before is None:
                self._observed[path] = _Observation(stamp, now)
            elif before.stamp != stamp:
                self._observed[path] = _Observation(stamp, now, max(before.longest_pause_s, now - before.since))
            else:
                self._observed[path] = before
        found = [path for path, one in self._observed.items() if now - one.since >= one.wanted_s]
        return sorted(found, key=lambda path: (self._observed[path].since, path))

    def count(self, path: str) -> None:
        """This one has counted. If it is written on, it has to stand still for longer from then on."""
        self._counted[path] = self._observed.pop(path)
