"""An X display of one's own."""

import contextlib
import os
import subprocess
from collections.abc import Iterator


@contextlib.contextmanager
def a_display() -> Iterator[str]:
    """The name of an Xvfb that lives as long as the block."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1400x1000x24", "-nolisten", "tcp", "-noreset"]
    # Else it begins anew whenever its last client has gone, as each look for a window is, and refuses others meanwhile.
    server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as number:
            yield f":{number.readline().strip()}"
    finally:
        server.terminate()
        server.wait()
