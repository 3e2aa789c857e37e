"""All tests, and what they share."""

from gui.runtime.override_errors import normalize_override_errors

normalize_override_errors()  # Before any class of the window is defined, as in `gui.main`.
