"""Recordings on web servers."""
