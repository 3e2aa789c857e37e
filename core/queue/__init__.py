"""The queue: priority, workers, retry, cancel and durability."""

from core.queue.local import LocalQueue
from core.queue.retry import RetryPolicy

__all__ = ["LocalQueue", "RetryPolicy"]
