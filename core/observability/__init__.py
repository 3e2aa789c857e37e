"""The log, and keeping secrets out of it."""
