"""Transcripts taken over from files of other programs, and from our own exports: SRT, VTT and JSON."""

from core.imports.transcript_file import IMPORT_SUFFIXES, ImportedFile, ImportedTranscripts, read_transcript

__all__ = ["IMPORT_SUFFIXES", "ImportedFile", "ImportedTranscripts", "read_transcript"]
