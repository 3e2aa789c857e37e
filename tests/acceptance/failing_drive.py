"""The library that makes a process's drive fail, built where there's a compiler for it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest


def build_failing_drive(folder: Path) -> Path:
    """Compile it into this folder, or skip the test."""
    compiler = shutil.which("cc")
    if sys.platform != "linux" or compiler is None:
        pytest.skip("needs Linux and a C compiler, to fail a drive's writes from inside the process")
    library = folder / "drive.so"
    source = Path(__file__).with_name("drive.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, source], check=True)
    return library
