import subprocess
import sys
from collections.abc import Callable, Mapping

import pytest

from core.system.memory import give_memory_back, with_lean_memory, with_steady_memory


@pytest.mark.parametrize("tuned", [with_lean_memory, with_steady_memory])
def test_what_a_person_has_tuned_goes_before_ours(tuned: Callable[[Mapping[str, str]], dict[str, str]]) -> None:
    environment = tuned({"HOME": "/home/me", "GLIBC_TUNABLES": "glibc.malloc.arena_max=8"})

    assert environment["HOME"] == "/home/me"
    assert environment["GLIBC_TUNABLES"].endswith(":glibc.malloc.arena_max=8")


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's own settings")
@pytest.mark.parametrize(
    ("tuned", "expected"),
    [
        (with_lean_memory, {"arena_max": 1, "mmap_threshold": 4 << 20, "trim_threshold": 64 << 20, "hugetlb": 1}),
        (with_steady_memory, {"mmap_threshold": 4 << 20, "trim_threshold": 16 << 20}),
    ],
)
def test_glibc_knows_every_setting(
    tuned: Callable[[Mapping[str, str]], dict[str, str]], expected: dict[str, int]
) -> None:
    """ld.so --list-tunables shows what took effect."""
    shown = subprocess.run(
        ["/lib64/ld-linux-x86-64.so.2", "--list-tunables"], env=tuned({}), capture_output=True, text=True
    )
    if shown.returncode:
        pytest.skip("this C library can't list its settings")
    in_force = {line.split(":")[0]: int(line.split()[1], 16) for line in shown.stdout.splitlines() if "malloc." in line}

    for name, value in expected.items():
        assert in_force[f"glibc.malloc.{name}"] == value


def test_giving_memory_back_is_harmless() -> None:
    give_memory_back()
