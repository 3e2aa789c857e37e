"""Exporting several transcripts at once: the question, the progress, the result."""
