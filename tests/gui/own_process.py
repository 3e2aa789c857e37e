"""Programs in a process of their own: for what is done once a process, or ends it."""

import os
import subprocess
import sys

from tests.conftest import REPOSITORY
from tests.patience import PATIENCE_S


def run_without_screen(program: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run Python code on Qt's offscreen platform, with these variables in its environment, to its end."""
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=REPOSITORY,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )
