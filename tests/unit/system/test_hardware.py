"""How much of the computer there is, by the files in which Linux tells it."""

import os
from pathlib import Path

import pytest

from core.providers import default_children
from core.providers.on_device.engines.count import default_threads
from core.system.hardware import available_memory_bytes, free_disk_bytes, usable_cores, used_memory_share

GIGABYTE = 1024**3


def cgroup(folder: Path, **files: str) -> Path:
    for name, content in files.items():
        (folder / name.replace("_", ".")).write_text(content)
    return folder


@pytest.mark.parametrize(
    ("cpu_max", "cores"), [("max 100000", None), ("100000 100000", 1), ("150000 100000", None), ("20000 100000", 1)]
)
def test_a_container_may_have_less_processors_than_the_machine(tmp_path: Path, cpu_max: str, cores: int | None) -> None:
    machine = len(os.sched_getaffinity(0))
    found = usable_cores(cgroup(tmp_path, cpu_max=cpu_max + "\n"))
    assert found == cores if cores else 1 <= found <= machine


def test_where_nothing_is_told_every_processor_may_be_used(tmp_path: Path) -> None:
    assert usable_cores(tmp_path) == len(os.sched_getaffinity(0))
    assert available_memory_bytes(tmp_path / "meminfo", tmp_path) is None


def test_what_files_take_of_memory_can_be_had(tmp_path: Path) -> None:
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemTotal: 8388608 kB\nMemFree: 102400 kB\nMemAvailable: 4194304 kB\n")
    assert available_memory_bytes(meminfo, tmp_path) == 4 * GIGABYTE


def test_a_container_may_have_less_memory_than_the_machine(tmp_path: Path) -> None:
    meminfo = tmp_path / "meminfo"
    meminfo.write_text(f"MemAvailable: {64 * 1024**2} kB\n")
    cgroup(
        tmp_path,
        memory_max=str(2 * GIGABYTE),
        memory_current=str(GIGABYTE),
        memory_stat=f"anon 5\ninactive_file {GIGABYTE // 2}\n",
    )
    assert available_memory_bytes(meminfo, tmp_path) == GIGABYTE * 3 // 2
    cgroup(tmp_path, memory_max="max")
    assert available_memory_bytes(meminfo, tmp_path) == 64 * GIGABYTE


@pytest.mark.parametrize(("cores", "children", "threads"), [(2, 2, 1), (16, 2, 8), (64, 4, 8), (1, 4, 1), (3, 1, 3)])
def test_engines_share_the_processors(cores: int, children: int, threads: int) -> None:
    assert default_threads(cores, children) == threads
    assert default_children(cores, children, 64 * GIGABYTE) == min(cores, children)


def test_free_room_is_asked_of_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    assert free_disk_bytes(tmp_path / "not" / "yet") > 0


def test_the_scarcer_of_computer_and_container_says_how_full_the_memory_is(tmp_path: Path) -> None:
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemTotal: 8388608 kB\nMemFree: 102400 kB\nMemAvailable: 2097152 kB\n")
    assert used_memory_share(meminfo, tmp_path) == 0.75
    limits = cgroup(tmp_path, memory_max=f"{GIGABYTE}\n", memory_current=f"{GIGABYTE}\n")
    cgroup(tmp_path, memory_stat=f"anon 5\ninactive_file {GIGABYTE // 8}\n")
    assert used_memory_share(meminfo, limits) == 0.875
    cgroup(tmp_path, memory_max="max\n")
    assert used_memory_share(meminfo, limits) == 0.75


def test_memory_that_is_not_reported_is_not_guessed(tmp_path: Path) -> None:
    assert used_memory_share(tmp_path / "meminfo", tmp_path) is None
