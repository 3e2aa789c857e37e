"""A process that goes into a sandbox and then tries everything that a break-in would.

Arguments: which sandbox (`computing` or `engine`), a folder of its own, and the layers that this system is to lack.
Prints a JSON object: the layers in place, and for each attack `allowed` or the error's name.
"""
# ruff: noqa: PTH101, PTH102, PTH104, PTH108, PTH116, PTH123, PTH208, PTH211

import ctypes
import json
import mmap
import os
import resource
import signal
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from core.system import sandbox
from core.system.sandbox import landlock, seccomp
from core.system.sandbox.system_calls import this_architecture

libc = ctypes.CDLL(None, use_errno=True)
PARENT = os.getppid()
ADDRESS = "\0notula-attack"


def call(number: int, *arguments: object) -> None:
    """A system call that libc has no function for. Raises OSError."""
    if libc.syscall(number, *arguments) < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def named(name: str, *arguments: object) -> Callable[[], None]:
    """The same by a name that the filters know."""
    architecture = this_architecture()
    assert architecture is not None
    number = architecture.number(name)
    assert number is not None
    return lambda: call(number, *arguments)


def read_memory() -> None:
    """Of the parent, as its key would be read."""
    target = ctypes.create_string_buffer(8)
    vector = (ctypes.c_size_t * 2)(ctypes.addressof(target), 8)
    remote = (ctypes.c_size_t * 2)(ctypes.addressof(target), 8)
    named("process_vm_readv", PARENT, ctypes.byref(vector), 1, ctypes.byref(remote), 1, 0)()


def fork() -> None:
    if os.fork() == 0:
        os._exit(0)


def start_thread() -> None:
    try:
        threading.Thread(target=int).start()
    except RuntimeError as error:
        raise PermissionError from error


def connect(family: int, kind: int, address: object) -> None:
    with socket.socket(family, kind) as client:
        client.connect(address)  # type: ignore[arg-type]


def make_executable() -> None:
    mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC).close()


def attacks(folder: Path, port: int) -> dict[str, Callable[[], object]]:
    """By name. What is there before: `secret` and `socket` in the folder, a TCP server, and an abstract socket."""
    secret = str(folder / "secret")
    return {
        "read a file": lambda: Path(secret).read_bytes(),
        "list a folder": lambda: os.listdir(folder),
        "look at a file": lambda: os.stat(secret),
        "read the parent's environment": lambda: Path(f"/proc/{PARENT}/environ").read_bytes(),
        "read the parent's memory as a file": lambda: open(f"/proc/{PARENT}/mem", "rb"),
        "write to a file": lambda: Path(secret).write_bytes(b"x"),
        "append to a file": lambda: open(secret, "ab"),
        "create a file": lambda: Path(folder / "new").touch(),
        "truncate a file": lambda: os.truncate(secret, 0),
        "delete a file": lambda: os.unlink(secret),
        "rename a file": lambda: os.rename(secret, secret + "2"),
        "make a folder": lambda: os.mkdir(folder / "made"),
        "link a file": lambda: os.link(secret, secret + "3"),
        "make a symbolic link": lambda: os.symlink("/etc/passwd", folder / "link"),
        "make a pipe with a name": lambda: os.mkfifo(folder / "fifo"),
        "change permissions": lambda: os.chmod(secret, 0o777),
        "change an owner": lambda: os.chown(secret, os.getuid(), os.getgid()),
        "change times": lambda: os.utime(secret),
        "change attributes": lambda: os.setxattr(secret, "user.x", b"x"),
        "connect by TCP": lambda: connect(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", port)),
        "send by UDP": lambda: connect(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 9)),
        "connect to a socket in a folder": lambda: connect(
            socket.AF_UNIX, socket.SOCK_STREAM, os.path.relpath(folder / "socket")
        ),
        "connect to an abstract socket": lambda: connect(socket.AF_UNIX, socket.SOCK_STREAM, ADDRESS + str(PARENT)),
        "run a program": lambda: os.posix_spawn("/bin/true", ["true"], {}),
        "fork": fork,
        "signal the parent": lambda: os.kill(PARENT, 0),
        "trace the parent": named("ptrace", 16, PARENT, 0, 0),
        "read the parent's memory": read_memory,
        "take the parent's descriptors": named("pidfd_open", PARENT, 0),
        "limit the parent": lambda: resource.prlimit(PARENT, resource.RLIMIT_CORE, (0, 0)),
        "slow the parent": lambda: os.setpriority(os.PRIO_PROCESS, PARENT, 19),
        "bind the parent to a processor": lambda: os.sched_setaffinity(PARENT, {0}),
        "use the kernel's keyring": named("keyctl", 0, -4, 0),
        "add a key": named("add_key", b"user", b"x", b"y", 1, -3),
        "make a file in memory": named("memfd_create", b"x", 0),
        "start an io_uring": named("io_uring_setup", 1, bytes(120)),
        "handle page faults": named("userfaultfd", 1),
        "load a BPF program": named("bpf", 0, bytes(72), 72),
        "be root in a namespace": named("unshare", 0x10000000),
        "mount": named("mount", b"x", str(folder).encode(), b"tmpfs", 0, None),
        "become another user": lambda: os.setresuid(65_534, 65_534, 65_534),
        "share memory": named("shmget", 0x4E6F, 4096, 0o1600),
        "use a call that is younger than this test": lambda: call(452, -100, secret.encode(), 0o777, 0),
        "dump core": lambda: resource.setrlimit(resource.RLIMIT_CORE, (10**9, 10**9)),
        "start a thread": start_thread,
        "run what it has written": make_executable,
        "open more": lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (100, 100)),
        "use the processor longer": lambda: resource.setrlimit(resource.RLIMIT_CPU, (10**9, 10**9)),
        "use more memory": lambda: resource.setrlimit(resource.RLIMIT_AS, (2**40, 2**40)),
    }


def attempt(action: Callable[[], object]) -> str:
    try:
        action()
    except (OSError, ValueError) as error:
        return type(error).__name__
    return "allowed"


def main(kind: str, folder: Path, port: int, lacking: list[str]) -> None:
    if "landlock" in lacking:
        landlock.close_file_system = lambda *_: False  # type: ignore[assignment]
    if "seccomp" in lacking:
        seccomp.allow_computing_only = lambda: False
        seccomp.deny_network_and_processes = lambda **_: False  # type: ignore[assignment]
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    tried = attacks(folder, port)
    os.path.relpath(folder / "socket")  # Whatever it needs is imported.
    if kind == "engine":
        model = folder / "model"
        layers = (*sandbox.confine_engine_process(), *sandbox.confine_engine_files(model))
        tried["read the model"] = lambda: (model / "model.bin").read_bytes()
        tried["read the model's link"] = lambda: (model / "linked.bin").read_bytes()
        tried["read a library"] = lambda: Path(os.__file__).read_bytes()
        tried["write the model"] = lambda: (model / "model.bin").open("ab")
    else:
        layers = sandbox.confine_codec_process(256 << 20, 100)
    results = {name: attempt(action) for name, action in tried.items()}
    print(json.dumps([layers, results]), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
