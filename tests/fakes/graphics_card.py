"""A graphics card that does, or doesn't do, what its behaviour says; for engine processes of tests."""

import os

MISSING_LIBRARY = "Library libcublas.so.12 is not found or cannot be loaded"
OUT_OF_MEMORY = "CUDA failed with error out of memory"
UNKNOWN_ERROR = "CUDA failed with error unknown error"

_WINDOWS_BEFORE_LATER = 2
"""The trial, and the first one of a recording."""


class FakeCard:
    """What CTranslate2 would tell of the card, and how it fails. All methods may end the process."""

    def __init__(self, behaviour: str) -> None:
        self._behaviour = behaviour
        self._windows = 0

    def count(self) -> int:
        """How many cards are found."""
        match self._behaviour:
            case "aborts when it is looked for":
                os.abort()
            case "has a broken driver":
                raise RuntimeError(UNKNOWN_ERROR)
            case "is not there":
                return 0
        return 1

    def load(self, compute_type: str) -> None:
        """A model is put into its memory."""
        match self._behaviour:
            case "aborts while loading":
                os.abort()
            case "refuses to load":
                raise RuntimeError(OUT_OF_MEMORY)
            case "is not there":
                raise AssertionError("nobody has found a card")
            case "has room for less" if compute_type == "float16":
                raise RuntimeError(OUT_OF_MEMORY)

    def compute(self) -> None:
        """A window is computed, the first time as a trial."""
        self._windows += 1
        is_late = self._windows > _WINDOWS_BEFORE_LATER
        match self._behaviour:
            case "lacks a library":
                raise RuntimeError(MISSING_LIBRARY)
            case "aborts at the first window":
                os.abort()
            case "fails later" if is_late:
                raise RuntimeError(OUT_OF_MEMORY)
            case "aborts later" if is_late:
                os.abort()
