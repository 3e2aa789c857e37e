"""The first page: adding recordings with options, what runs now, what was transcribed last, and the first start."""
