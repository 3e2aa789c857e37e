"""Tests of the window's own dialogs."""
