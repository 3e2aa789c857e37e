"""The way of a job from its source to a transcript."""

from core.concurrency.single_flight import Report
from core.pipeline.dependencies import MediaAccess, PipelineStores, SpendingRules
from core.pipeline.outcome import Outcome
from core.pipeline.pipeline import Pipeline

__all__ = ["MediaAccess", "Outcome", "Pipeline", "PipelineStores", "Report", "SpendingRules"]
