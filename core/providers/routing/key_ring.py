"""Several keys of one provider, used in turn."""

from collections.abc import Callable, Sequence

from core.domain.errors import ProviderError

FIRST_COOLING_S = 1.0
"""How long a key rests that was refused for too many requests, where the provider doesn't say; then twice as long."""
LONGEST_COOLING_S = 60.0

OUT_S = 3600.0
"""A key that was refused, or has no credit, is tried again after this: somebody may have seen to it over there."""


class KeyRing:
    """Round robin over keys that are neither resting nor out. `clock` gives seconds that never go back."""

    def __init__(self, keys: Sequence[str], clock: Callable[[], float]) -> None:
        self._clock = clock
        self._keys = list(keys)
        self._resting_until: dict[str, float] = {}
        self._coolings: dict[str, int] = {}
        self._out_until: dict[str, float] = {}
        self._refusals: dict[str, ProviderError] = {}

    def __len__(self) -> int:
        return len(self._keys)

    @property
    def usable(self) -> int:
        """How many keys aren't out."""
        return sum(not self._is_out(key) for key in self._keys)

    @property
    def resting(self) -> int:
        """How many of those rest."""
        return sum(not self._is_out(key) and self._rests_s(key) > 0 for key in self._keys)

    @property
    def refusals(self) -> tuple[ProviderError, ...]:
        """Why keys are out, until they work again."""
        return tuple(self._refusals.values())

    def take(self, *, but: frozenset[str] = frozenset()) -> str | None:
        """The next key that may be used, and is none of `but`; None where there is none now."""
        for key in self._keys:
            if key not in but and not self._is_out(key) and self._rests_s(key) == 0:
                self._keys.remove(key)
                self._keys.append(key)
                return key
        return None

    def free_in_s(self, *, but: frozenset[str] = frozenset()) -> float | None:
        """After how many seconds a key that is none of `but` may be used; None where all of them are out."""
        rests = [self._rests_s(key) for key in self._keys if key not in but and not self._is_out(key)]
        return min(rests, default=None)

    def rest(self, key: str, seconds: float | None) -> None:
        """The key has been used too often; leave it alone for so long."""
        if seconds is None:
            if self._rests_s(key) > 0:  # Calls that ran side by side are refused together; that counts once.
                return
            seconds = min(FIRST_COOLING_S * 2.0 ** self._coolings.get(key, 0), LONGEST_COOLING_S)
            self._coolings[key] = self._coolings.get(key, 0) + 1
        self._resting_until[key] = max(self._resting_until.get(key, 0.0), self._clock() + seconds)

    def put_out(self, key: str, refusal: ProviderError) -> None:
        """The provider doesn't know the key, or its account is empty: it is no use until somebody has seen to it."""
        self._out_until[key] = self._clock() + OUT_S
        self._refusals[key] = refusal

    def worked(self, key: str) -> None:
        """A call with the key went well."""
        self._coolings.pop(key, None)
        self._out_until.pop(key, None)
        self._refusals.pop(key, None)

    def _is_out(self, key: str) -> bool:
        return self._out_until.get(key, 0.0) > self._clock()

    def _rests_s(self, key: str) -> float:
        return max(0.0, self._resting_until.get(key, 0.0) - self._clock())
