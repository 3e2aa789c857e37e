"""What is made of a transcript by language models: translations and summaries."""

from core.processing.llm import Llm
from core.processing.processing import Processing, ignore_progress

__all__ = ["Llm", "Processing", "ignore_progress"]
