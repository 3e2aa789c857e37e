"""The queue: priority, fairness, limits, workers, retry, cancel and durability."""

from core.concurrency.retry import RetryPolicy
from core.queue.local.clocks import Clocks
from core.queue.local.handling import JobHandling
from core.queue.local.queue import LocalQueue
from core.queue.ports import JobTable, Queue, QueueService
from core.queue.priority import priority_of
from core.queue.request_limits import RequestLimits

__all__ = [
    "Clocks",
    "JobHandling",
    "JobTable",
    "LocalQueue",
    "Queue",
    "QueueService",
    "RequestLimits",
    "RetryPolicy",
    "priority_of",
]
