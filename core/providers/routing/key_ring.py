"""Several keys of one provider, used in turn."""

from collections.abc import Callable, Sequence

from core.domain.errors import ProviderError

FIRST_BACKOFF_S = 1.0
"""How long a rate-limited key isn't used where the provider doesn't say; then twice as long each time."""
LONGEST_BACKOFF_S = 60.0

REFUSED_FOR_S = 3600.0
"""A key that was refused, or has no credit, is tried again after this: its owner may have mended its account."""


class KeyRing:
    """Round robin over keys that are neither rate-limited nor refused. `clock` gives seconds that never go back."""

    def __init__(self, keys: Sequence[str], clock: Callable[[], float]) -> None:
        self._clock = clock
        self._keys = list(keys)
        self._rate_limited_until: dict[str, float] = {}
        self._backoffs: dict[str, int] = {}
        """How many times in a row each key was rate-limited without a time to wait."""
        self._refused_until: dict[str, float] = {}
        self._refusals: dict[str, ProviderError] = {}

    def __len__(self) -> int:
        return len(self._keys)

    @property
    def usable(self) -> int:
        """How many keys aren't refused."""
        return sum(not self._is_refused(key) for key in self._keys)

    @property
    def rate_limited(self) -> int:
        """How many of the usable keys are rate-limited now."""
        return sum(not self._is_refused(key) and self._limited_for_s(key) > 0 for key in self._keys)

    @property
    def refusals(self) -> tuple[ProviderError, ...]:
        """Why keys are refused, until they work again."""
        return tuple(self._refusals.values())

    def take(self, *, excluding: frozenset[str] = frozenset()) -> str | None:
        """The next key that may be used now; None where there is none."""
        for key in self._keys:
            if key not in excluding and not self._is_refused(key) and self._limited_for_s(key) == 0:
                self._keys.remove(key)
                self._keys.append(key)
                return key
        return None

    def available_in_s(self, *, excluding: frozenset[str] = frozenset()) -> float | None:
        """After how many seconds a key may be used; None where all of them are refused."""
        usable = (key for key in self._keys if key not in excluding and not self._is_refused(key))
        return min(map(self._limited_for_s, usable), default=None)

    def mark_rate_limited(self, key: str, seconds: float | None) -> None:
        """Don't use the key for so long; None where the provider hasn't said how long."""
        if seconds is None:
            if self._limited_for_s(key) > 0:  # Calls that ran side by side are refused together; that counts once.
                return
            seconds = min(FIRST_BACKOFF_S * 2.0 ** self._backoffs.get(key, 0), LONGEST_BACKOFF_S)
            self._backoffs[key] = self._backoffs.get(key, 0) + 1
        self._rate_limited_until[key] = max(self._rate_limited_until.get(key, 0.0), self._clock() + seconds)

    def mark_refused(self, key: str, refusal: ProviderError) -> None:
        """Don't use a key for an hour that the provider doesn't know, or whose account is empty."""
        self._refused_until[key] = self._clock() + REFUSED_FOR_S
        self._refusals[key] = refusal

    def mark_working(self, key: str) -> None:
        """A call with the key succeeded."""
        self._backoffs.pop(key, None)
        self._refused_until.pop(key, None)
        self._refusals.pop(key, None)

    def _is_refused(self, key: str) -> bool:
        return self._refused_until.get(key, 0.0) > self._clock()

    def _limited_for_s(self, key: str) -> float:
        return max(0.0, self._rate_limited_until.get(key, 0.0) - self._clock())
