"""The library page: transcripts by search and filters, exported and deleted several at once."""
