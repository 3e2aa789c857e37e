"""The queue: priority, fairness, limits, workers, retry, cancel and durability."""

from core.concurrency.retry import RetryPolicy
from core.queue.local.queue import LocalQueue
from core.queue.ports import JobTable, Queue, QueueService
from core.queue.priority import priority_of
from core.queue.request_limits import RequestLimits

__all__ = ["JobTable", "LocalQueue", "Queue", "QueueService", "RequestLimits", "RetryPolicy", "priority_of"]
