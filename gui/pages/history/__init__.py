"""The history page: transcripts by search."""
