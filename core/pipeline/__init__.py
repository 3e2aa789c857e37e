"""The way of a job."""

from core.concurrency.single_flight import Report
from core.pipeline.pipeline import Outcome, Pipeline

__all__ = ["Outcome", "Pipeline", "Report"]
