"""What is installed beyond what every Notula has: the window, and transcription on this computer.

The names are those of the extras in pyproject.toml. Apart from everything else, as starting the window begins with
this. Nothing is imported to find out. How to get what is missing is said by `core.domain.errors`.
"""

import importlib.util
from enum import StrEnum


class Extra(StrEnum):
    """A part of Notula that can be left out of an installation."""

    DESKTOP = "desktop"
    """The window."""
    DEVICE = "device"
    """Transcription on this computer."""


_MODULES = {
    Extra.DESKTOP: ("PySide6", "qasync"),
    Extra.DEVICE: ("faster_whisper", "ctranslate2", "onnxruntime"),
}


def is_installed(extra: Extra) -> bool:
    """Whether all packages of this extra can be found. Whether they work is another question."""
    return all(importlib.util.find_spec(module) is not None for module in _MODULES[extra])
