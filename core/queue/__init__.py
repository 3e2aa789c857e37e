"""The queue: priority, fairness, limits, workers, retry, cancel and durability."""

from core.concurrency.retry import RetryPolicy
from core.queue.local.clocks import QueueClocks
from core.queue.local.handling import JobHandling
from core.queue.local.queue import LocalQueue
from core.queue.ports import JobTable, Queue, QueueService
from core.queue.priority import priority_of
from core.queue.request_limits import RequestLimits

__all__ = [
    "JobHandling",
    "JobTable",
    "LocalQueue",
    "Queue",
    "QueueClocks",
    "QueueService",
    "RequestLimits",
    "RetryPolicy",
    "priority_of",
]
