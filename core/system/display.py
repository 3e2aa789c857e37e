"""Whether a window can be shown. Apart from everything else, as starting the window begins with this."""

import os
import sys
from collections.abc import Mapping


def has_display(system: str = sys.platform, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether a window can be shown."""
    if system in ("win32", "darwin"):
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))
