"""Whisper on this computer: models, engine processes and their pool."""
