"""Recordings in Telegram: which they are, and how their bytes come."""
