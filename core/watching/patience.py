"""When a file that can't be opened is tried again: less and less often."""

from collections.abc import Collection

FIRST_PAUSE_S = 10.0
LONGEST_PAUSE_S = 900.0


class Patience:
    """Knows the files that can't be opened now. Times are seconds of a clock that never goes back."""

    def __init__(self) -> None:
        self._next: dict[str, tuple[float, float]] = {}
        """By path, when it may be tried again, and how long the pause until then is."""

    @property
    def failed(self) -> Collection[str]:
        """The paths of files that can't be opened."""
        return self._next.keys()

    def may_try(self, path: str, now: float) -> bool:
        """Whether its pause is over, if it has one."""
        return path not in self._next or now >= self._next[path][0]

    def has_failed(self, path: str, now: float) -> None:
        """It couldn't be opened."""
        pause_s = min(2 * self._next[path][1], LONGEST_PAUSE_S) if path in self._next else FIRST_PAUSE_S
        self._next[path] = (now + pause_s, pause_s)

    def forget_others(self, paths: Collection[str]) -> None:
        """Only these are still to be opened."""
        self._next = {path: one for path, one in self._next.items() if path in paths}
