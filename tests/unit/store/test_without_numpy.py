"""What a window or a command loads is not more than it uses."""

import subprocess
import sys

from tests.conftest import REPOSITORY


def test_the_app_loads_no_numpy_and_numpy_can_be_loaded_later() -> None:
    program = "import sys, core.app.notula; print('numpy' in sys.modules); import numpy; print(numpy.arange(3).sum())"
    told = subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, check=True, capture_output=True, text=True)
    assert told.stdout.split() == ["False", "3"]
