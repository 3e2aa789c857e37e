"""Translations and summaries of transcripts, by language models."""

from core.processing.llm import Llm
from core.processing.transcript_processor import TranscriptProcessor, ignore_progress

__all__ = ["Llm", "TranscriptProcessor", "ignore_progress"]
