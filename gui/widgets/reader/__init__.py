"""The reading view of a transcript."""
