"""What code could do that has taken over a child process: tried from inside, one attack after the other."""

import asyncio
import json
import os
import resource
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvloop

from core.system.child_process import ChildProcess
from core.system.sandbox import LANDLOCK, SECCOMP, landlock, seccomp
from tests.conftest import REPOSITORY
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="what Linux can lock in")

CODECS_OWN = ("start a thread", "run what it has written", "open more", "use the processor longer", "use more memory")
"""What the decoder and the encoder don't need, and the engine does."""

OPENING = ("read a file", "list a folder", "read the parent's environment", "read the parent's memory as a file")
"""Where there is no Landlock, what the engine can still do is read."""

LOOKING = ("look at a file",)
"""The engine looks for its libraries."""

BY_LANDLOCK = (
    *("read a file", "list a folder", "write to a file", "append to a file", "create a file", "delete a file"),
    *("rename a file", "make a folder", "make a symbolic link", "run a program", "trace the parent"),
    *("read the parent's environment", "read the parent's memory as a file", "read the parent's memory"),
)
"""What the first version of Landlock refuses."""

NEEDED = ("read the model", "read the model's link", "read a library")


@pytest.fixture(scope="module", autouse=True)
def forked_codecs() -> None:
    """Real ones, as a user's computer starts them."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "secret").write_bytes(b"secret")
    elsewhere = tmp_path / "hub"
    elsewhere.mkdir()
    (elsewhere / "blob").write_bytes(b"weights")
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "model.bin").write_bytes(b"weights")
    (tmp_path / "model" / "linked.bin").symlink_to(elsewhere / "blob")
    return tmp_path


@pytest.fixture
def port(folder: Path) -> Iterator[int]:
    """Of a TCP server; beside it one with a path."""
    with socket.socket(socket.AF_UNIX) as named, socket.create_server(("127.0.0.1", 0)) as server:
        named.bind(str(folder / "socket"))
        named.listen()
        yield server.getsockname()[1]


def attack(kind: str, folder: Path, port: int, lacking: tuple[str, ...] = ()) -> tuple[set[str], dict[str, str]]:
    """The layers in place, and what became of each attack."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.fakes.sandbox_attacker", kind, str(folder), str(port), *lacking],
        capture_output=True,
        check=False,
        timeout=PATIENCE_S,
        cwd=REPOSITORY,
    )
    assert done.returncode == 0, done.stderr.decode()
    layers, results = json.loads(done.stdout)
    return set(layers), results


def allowed(results: dict[str, str]) -> set[str]:
    return {name for name, outcome in results.items() if outcome == "allowed"}


needs_seccomp = pytest.mark.skipif(not seccomp.is_available(), reason="this kernel filters no system calls")
needs_landlock = pytest.mark.skipif(landlock.version() < 1, reason="this kernel has no Landlock")


@needs_seccomp
@needs_landlock
def test_nothing_is_left_to_a_codec(folder: Path, port: int) -> None:
    layers, results = attack("computing", folder, port)
    assert allowed(results) == set()
    assert layers >= {"no-new-privileges", "processor-time", "no-core-dump", LANDLOCK, SECCOMP}
    assert (folder / "secret").read_bytes() == b"secret"


@needs_seccomp
def test_nothing_is_left_to_a_codec_without_landlock(folder: Path, port: int) -> None:
    layers, results = attack("computing", folder, port, (LANDLOCK,))
    assert allowed(results) == set()
    assert LANDLOCK not in layers
    assert (folder / "secret").read_bytes() == b"secret"


@needs_landlock
@pytest.mark.parametrize("kind", ["computing", "engine"])
def test_what_landlock_refuses_alone(kind: str, folder: Path, port: int) -> None:
    layers, results = attack(kind, folder, port, (SECCOMP,))
    assert allowed(results) & set(BY_LANDLOCK) == set()
    assert SECCOMP not in layers
    assert (folder / "secret").read_bytes() == b"secret"


def test_an_old_kernel_still_opens_no_file_to_a_codec(folder: Path, port: int) -> None:
    layers, results = attack("computing", folder, port, (LANDLOCK, SECCOMP))
    for name in (*OPENING, "create a file", "connect by TCP", "use the processor longer", "dump core"):
        assert results[name] != "allowed", name
    assert not layers & {LANDLOCK, SECCOMP}


@needs_seccomp
@needs_landlock
def test_an_engine_reads_its_model_and_the_libraries_and_nothing_else(folder: Path, port: int) -> None:
    layers, results = attack("engine", folder, port)
    assert allowed(results) == {*NEEDED, *LOOKING, *CODECS_OWN}
    assert layers >= {"no-new-privileges", "no-core-dump", LANDLOCK, SECCOMP}
    assert (folder / "secret").read_bytes() == b"secret"


@needs_seccomp
def test_an_engine_without_landlock_can_read_and_nothing_else(folder: Path, port: int) -> None:
    _, results = attack("engine", folder, port, (LANDLOCK,))
    assert allowed(results) <= {*NEEDED, *LOOKING, *CODECS_OWN, *OPENING}
    assert (folder / "secret").read_bytes() == b"secret"


async def _open_descriptors(module: str) -> set[str]:
    child = await ChildProcess.start(module)
    try:
        if module.endswith("child.decoder"):
            await child.send({"kind": "setup", "address_space_bytes": 2**30, "most_cpu_s": 100})
        assert (await child.receive()).kind == "ready"
        return {entry.name for entry in Path(f"/proc/{child.pid}/fd").iterdir()}
    finally:
        await child.kill()


@pytest.mark.parametrize(
    "module",
    [
        "core.media.child.decoder",
        "core.media.child.encoder",
        "core.providers.on_device.whisper.child",
        "core.providers.on_device.voices.child",
    ],
)
def test_what_the_starter_left_open_is_closed_in_a_child(module: str, folder: Path) -> None:
    descriptor = os.open(folder / "secret", os.O_RDONLY)
    os.set_inheritable(descriptor, True)
    try:
        for run in (asyncio.run, uvloop.run):
            found = run(_open_descriptors(module))
            if module.startswith("core.providers.on_device"):
                assert not {str(descriptor)} & found
            else:
                assert found == {"0", "1", "2"}
    finally:
        os.close(descriptor)


PRIVATE = """
import ctypes, resource, sys
{enter}
print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), resource.getrlimit(resource.RLIMIT_CORE)[0])
"""


@pytest.mark.parametrize(
    ("enter", "expected"),
    [
        ("from core.system.sandbox import keep_memory_private; keep_memory_private()", "0 0"),
        # A desktop's portal has to see who asks; the kernel takes 1 for no dump at all.
        ("from core.system.sandbox import keep_memory_private; keep_memory_private(is_in_desktop=True)", "1 1"),
        (
            "from core.system.sandbox import keep_memory_private, privileges\n"
            "privileges.seccomp.is_available = lambda: False; privileges.landlock.version = lambda: 0\n"
            "keep_memory_private(is_in_desktop=True)",
            "0 0",
        ),
        (
            "from core.cli import entry; sys.argv = ['notula', '--help']; sys.stdout = sys.stderr\n"
            "try: entry.main()\nexcept SystemExit: pass\nfinally: sys.stdout = sys.__stdout__",
            "0 0",
        ),
    ],
    ids=["anywhere", "in a desktop", "in a desktop where children can't be locked in", "on the command line"],
)
def test_nobody_reads_the_memory_that_holds_the_keys(enter: str, expected: str) -> None:
    code = PRIVATE.format(enter=enter)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, timeout=PATIENCE_S, cwd=REPOSITORY, text=True
    )
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    if expected == "1 1" and not (seccomp.is_available() or landlock.version()):
        expected = "0 0"
    elif expected == "1 1" and hard == 0:  # This test's own limit, which nobody can raise.
        expected = "1 0"
    assert done.stdout.strip() == expected


CARD = """
import json, sys
from pathlib import Path
from core.system import sandbox
from core.system.sandbox import confinement
folder = Path(sys.argv[1])
confinement.card_devices = lambda: (folder / "nvidia0",)
sandbox.confine_engine_process()
sandbox.confine_engine_files(folder / "model")

def attempt(file, mode):
    try:
        open(file, mode).close()
    except OSError as error:
        return type(error).__name__
    return "allowed"

tried = (("nvidia0", "r+b"), ("secret", "r+b"), ("secret", "rb"))
print(json.dumps([attempt(folder / name, mode) for name, mode in tried]))
"""


@needs_landlock
def test_a_graphics_card_stays_within_reach_and_nothing_else(folder: Path) -> None:
    (folder / "nvidia0").touch()
    done = subprocess.run(
        [sys.executable, "-c", CARD, str(folder)], capture_output=True, check=True, timeout=PATIENCE_S, cwd=REPOSITORY
    )
    assert json.loads(done.stdout) == ["allowed", "PermissionError", "PermissionError"]
