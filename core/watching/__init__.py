"""Watching folders: finding the recordings that come into them, once each."""
