"""When something that failed is tried again: a job, or one chunk of it."""

from dataclasses import dataclass, field
from random import Random

from core.domain import NotulaError


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Transient errors are tried again `retries` times, after delays that double, with jitter against stampedes.

    Delays are in seconds. A delay that the other side named is honoured. What is waited out is tried again for ever.
    """

    retries: int = 2
    first_delay_s: float = 1.0
    longest_delay_s: float = 60.0
    random: Random = field(default_factory=Random)

    def delay_s(self, error: NotulaError, attempt: int) -> float | None:
        """How long to wait after attempt number `attempt` (from 1) failed; None where it is not tried again."""
        if error.is_waited_out:
            return max(self.longest_delay_s, error.retry_after_s or 0.0)
        attempts = min(self.retries + 1, error.most_attempts or self.retries + 1)
        if not error.transient or error.is_exhausted or attempt >= attempts:
            return None
        backoff_s = min(self.first_delay_s * 2.0 ** (attempt - 1), self.longest_delay_s)
        return max(backoff_s * self.random.uniform(0.5, 1.5), error.retry_after_s or 0.0)
