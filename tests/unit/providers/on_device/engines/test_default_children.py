import subprocess
import sys

import pytest

from core.providers import default_children

GIGABYTE = 1_000_000_000


@pytest.mark.parametrize(
    ("cores", "workers", "gigabytes", "children"),
    [(2, 2, 8, 2), (16, 2, 8, 2), (16, 8, 3.5, 3), (2, 8, 64, 2), (1, 1, 0.2, 1), (8, 4, 0, 1)],
)
def test_as_many_as_cores_work_and_memory_allow(cores: int, workers: int, gigabytes: float, children: int) -> None:
    assert default_children(cores, workers, int(gigabytes * GIGABYTE)) == children


def test_importing_the_providers_loads_nothing_heavy() -> None:
    program = "import sys, core.providers; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    heavy = {"faster_whisper", "ctranslate2", "numpy", "onnxruntime", "huggingface_hub", "httpx", "av"}
    assert not heavy & set(loaded)
