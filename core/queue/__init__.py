"""The queue: priority, fairness, limits, workers, retry, cancel and durability."""

from core.queue.local import LocalQueue
from core.queue.priority import priority_of
from core.queue.rate_limits import RateLimits
from core.retry import RetryPolicy

__all__ = ["LocalQueue", "RateLimits", "RetryPolicy", "priority_of"]
