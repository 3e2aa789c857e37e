"""The settings page, and the editors of single settings."""
