"""What ALSA writes to standard error by itself, twenty lines on a computer without a sound card, goes nowhere."""

import ctypes
import logging
import sys
from functools import cache

logger = logging.getLogger(__name__)

_Handler = ctypes.CFUNCTYPE(None, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p)
"""File, line, function, number of the error, format; what the format stands for follows, and isn't looked at.

https://www.alsa-project.org/alsa-doc/alsa-lib/group___error.html
"""


@cache
def silence_alsa() -> None:
    """Have ALSA say nothing by itself in this process, which is told by errors what it needs to know."""
    if sys.platform != "linux":
        return
    try:
        ctypes.CDLL("libasound.so.2").snd_lib_error_set_handler(_IGNORE)
    except (OSError, AttributeError) as error:  # Without it, miniaudio can't call it either.
        logger.debug("ALSA isn't here: %r", error)


def _ignore(_file: bytes, _line: int, _function: bytes, _error: int, _format: bytes) -> None:
    """Called in any thread."""


_IGNORE = _Handler(_ignore)
"""ALSA keeps it until the process ends."""
