"""Transcripts as cues that a viewer can read, by rules that a person may set."""
