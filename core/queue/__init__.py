"""The queue: priority, workers, retry, cancel and durability."""

from core.queue.local import LocalQueue
from core.retry import RetryPolicy

__all__ = ["LocalQueue", "RetryPolicy"]
