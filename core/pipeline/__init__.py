"""The way of a job."""

from core.flight import Report
from core.pipeline.pipeline import Outcome, Pipeline

__all__ = ["Outcome", "Pipeline", "Report"]
