import subprocess
import sys

import pytest

from core.memory import give_memory_back, with_lean_memory


def test_what_a_person_has_tuned_goes_before_ours() -> None:
    environment = with_lean_memory({"HOME": "/home/me", "GLIBC_TUNABLES": "glibc.malloc.arena_max=8"})

    assert environment["HOME"] == "/home/me"
    assert environment["GLIBC_TUNABLES"].endswith(":glibc.malloc.arena_max=8")


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's own settings")
def test_glibc_knows_every_setting() -> None:
    """ld.so --list-tunables shows what took effect."""
    shown = subprocess.run(
        ["/lib64/ld-linux-x86-64.so.2", "--list-tunables"], env=with_lean_memory({}), capture_output=True, text=True
    )
    if shown.returncode:
        pytest.skip("this C library can't list its settings")
    in_force = {line.split(":")[0]: int(line.split()[1], 16) for line in shown.stdout.splitlines() if "malloc." in line}

    assert in_force["glibc.malloc.arena_max"] == 1
    assert in_force["glibc.malloc.mmap_threshold"] == 4 * 1024 * 1024
    assert in_force["glibc.malloc.trim_threshold"] == 64 * 1024 * 1024
    assert in_force["glibc.malloc.hugetlb"] == 1


def test_giving_memory_back_is_harmless() -> None:
    give_memory_back()
