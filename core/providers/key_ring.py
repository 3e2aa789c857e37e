"""Several keys of one provider, used in turn."""

from collections.abc import Callable, Sequence

COOLING_S = 20.0
"""How long a key rests that was refused for too many requests, where the provider doesn't say."""


class KeyRing:
    """Round robin over keys that are neither resting nor out. `clock` gives seconds that never go back."""

    def __init__(self, keys: Sequence[str], clock: Callable[[], float]) -> None:
        self._clock = clock
        self._keys = list(keys)
        self._resting_until: dict[str, float] = {}
        self._out: set[str] = set()

    def __len__(self) -> int:
        return len(self._keys) - len(self._out)

    def take(self, *, but: frozenset[str] = frozenset()) -> str | None:
        """The next key that may be used, and is none of `but`; None where there is none now."""
        for key in self._keys:
            if key not in self._out and key not in but and self._rests_s(key) == 0:
                self._keys.remove(key)
                self._keys.append(key)
                return key
        return None

    def rest(self, key: str, seconds: float | None) -> None:
        """The key has been used too often; leave it alone for so long."""
        self._resting_until[key] = self._clock() + (COOLING_S if seconds is None else seconds)

    def put_out(self, key: str) -> None:
        """The provider doesn't know the key, or its account is empty: it is no use until somebody has seen to it."""
        self._out.add(key)

    @property
    def free_in_s(self) -> float | None:
        """After how many seconds a key may be used; None where none ever will."""
        rests = [self._rests_s(key) for key in self._keys if key not in self._out]
        return min(rests, default=None)

    def _rests_s(self, key: str) -> float:
        return max(0.0, self._resting_until.get(key, 0.0) - self._clock())
