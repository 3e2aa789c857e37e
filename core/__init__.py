"""Notula's core: everything that is not a window. It never imports Qt and runs headless."""

__version__ = "0.1.0"
