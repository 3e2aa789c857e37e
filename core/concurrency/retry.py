"""The one retry policy: when a job, a provider's call or a read of a source is tried again after an error."""

from dataclasses import dataclass, field
from random import Random

from core.domain import NotulaError


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Transient errors are retried `retries` times, with exponential backoff and jitter.

    Delays are in seconds. A delay that a server named (`retry_after_s`) is a lower bound. Errors that are
    `is_retried_indefinitely` are retried without a limit.
    """

    retries: int = 2
    first_delay_s: float = 1.0
    longest_delay_s: float = 60.0
    random: Random = field(default_factory=Random)

    def delay_s(self, error: NotulaError, attempt: int) -> float | None:
        """The delay after attempt number `attempt` (from 1) failed; None where there is no further attempt."""
        if error.is_retried_indefinitely:
            return max(self.longest_delay_s, error.retry_after_s or 0.0)
        attempts = min(self.retries + 1, error.max_attempts or self.retries + 1)
        if not error.transient or error.retries_exhausted or attempt >= attempts:
            return None
        backoff_s = min(self.first_delay_s * 2.0 ** (attempt - 1), self.longest_delay_s)
        return max(backoff_s * self.random.uniform(0.5, 1.5), error.retry_after_s or 0.0)
