"""Recordings in Telegram: finding them in messages, and reading their bytes."""
