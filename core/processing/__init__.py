"""What is made of a transcript by chat models: translations and summaries."""

from core.processing.llm import Chat
from core.processing.processing import Processing, ignore_progress

__all__ = ["Chat", "Processing", "ignore_progress"]
