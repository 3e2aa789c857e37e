"""Stops calls to a provider that has failed several times in a row, then lets one through to see whether it works.

https://learn.microsoft.com/azure/architecture/patterns/circuit-breaker
"""

from collections.abc import Callable

from core.domain.provider_state import CircuitState

FAILURES_TO_OPEN = 8
"""In a row. Where a fifth of all calls fail independently, that happens to one call in 400,000."""

FIRST_PAUSE_S = 30.0
LONGEST_PAUSE_S = 600.0


class CircuitBreaker:
    """Of one provider. `clock` gives seconds that never go back.

    Ask `allows_call` before each call, and call `succeeded`, `failed` or `inconclusive` after it: the last where the
    call says nothing about the provider, because it was cancelled or the recording was at fault.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        *,
        failures_to_open: int = FAILURES_TO_OPEN,
        first_pause_s: float = FIRST_PAUSE_S,
        longest_pause_s: float = LONGEST_PAUSE_S,
    ) -> None:
        self._clock = clock
        self._failures_to_open = failures_to_open
        self._first_pause_s = first_pause_s
        self._longest_pause_s = longest_pause_s
        self._failures = 0
        self._pause_s = first_pause_s
        self._opened_at: float | None = None
        self._is_probing = False

    @property
    def state(self) -> CircuitState:
        """Whether calls go through now."""
        if self._opened_at is None:
            return CircuitState.CLOSED
        return CircuitState.OPEN if self.retry_in_s > 0 else CircuitState.HALF_OPEN

    @property
    def retry_in_s(self) -> float:
        """After how many seconds the next call may go through; 0 where one may now."""
        if self._opened_at is None:
            return 0.0
        return max(0.0, self._opened_at + self._pause_s - self._clock())

    def allows_call(self) -> bool:
        """Whether a call may begin now. Of a half-open circuit only the first may, until it has ended."""
        if self.state is CircuitState.HALF_OPEN:
            if self._is_probing:
                return False
            self._is_probing = True
        return self.state is not CircuitState.OPEN

    def succeeded(self) -> None:
        """A call succeeded: close the circuit and reset all counts."""
        self._failures = 0
        self._pause_s = self._first_pause_s
        self._opened_at = None
        self._is_probing = False

    def failed(self) -> None:
        """A call failed because of the provider. Where it was the probe, the next pause is twice as long."""
        self._failures += 1
        if self._is_probing:
            self._pause_s = min(self._pause_s * 2, self._longest_pause_s)
        if self._is_probing or self._failures >= self._failures_to_open:
            self._opened_at = self._clock()
        self._is_probing = False

    def inconclusive(self) -> None:
        """A call ended that says nothing about the provider. Where it was the probe, the next call is the probe."""
        self._is_probing = False
