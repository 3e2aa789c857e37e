"""How the checks look at the system. Nothing here judges what it finds."""

import asyncio
import ctypes
import os
import socket
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from core.domain.errors import KeyringMissing
from core.media import Decoder
from core.secrets import known_good_backend
from core.system.child_process import ChildExited, ChildProcess, ProtocolError
from core.system.extras import Extra, is_installed
from core.system.hardware import available_memory_bytes, free_disk_bytes
from core.system.private_files import make_folder, open_to_others

KEYRING_TIMEOUT_S = 5.0
ENGINE_TIMEOUT_S = 60.0

_ILLEGAL_INSTRUCTION = (-4, 0xC000001D)
"""How a process ends that met an instruction its processor doesn't know: SIGILL, and the same on Windows."""


async def engine_problem() -> str:
    """Why the engine can't run, empty where it can. Loads its libraries in a child process."""
    try:
        child = await ChildProcess.start("core.providers.on_device.whisper.child")
    except OSError as error:
        return str(error)
    try:
        async with asyncio.timeout(ENGINE_TIMEOUT_S):
            frame = await child.receive()
        return "" if frame.kind == "ready" else str(frame.header.get("reason", frame.kind))
    except ChildExited as error:
        if error.returncode in _ILLEGAL_INSTRUCTION:
            return "the processor is too old for it"
        return f"its process ended at the start ({error.returncode})"
    except (TimeoutError, ProtocolError):
        return "its process doesn't answer"
    finally:
        await child.kill()


async def sandbox_layers() -> tuple[str, ...]:
    """Start the decoder and see which protections it has. Raises `DecoderCrashed`."""
    decoder = Decoder()
    try:
        return await decoder.sandbox_layers()
    finally:
        await decoder.close()


def keyring_backend() -> str:
    """The module of the keyring that would be used, empty where there is none.

    May hang for as long as a desktop likes. Raises `KeyringUnsafe`.
    """
    try:
        return type(known_good_backend()).__module__
    except KeyringMissing:
        return ""


def port_is_free(host: str, port: int) -> bool:
    """Whether a server of ours could listen there. `host` is an address or a name of this computer."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError:
        return False
    with socket.socket(family, kind, protocol) as server:
        if (
            sys.platform != "win32"
        ):  # A port in TIME_WAIT is as good as free; on Windows the option means another thing.
            server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind(address)
        except OSError:
            return False
    return True


def write_error(folder: Path) -> OSError | None:
    """Why no files can be made there, None where they can. Makes the folder where it is missing."""
    try:
        if not folder.is_dir():
            make_folder(folder)
        with tempfile.TemporaryFile(dir=folder):
            return None
    except OSError as error:
        return error


@dataclass(frozen=True)
class Probes:
    """The functions by which the checks look at the system; tests replace them."""

    system: str = sys.platform
    python: tuple[int, int, int] = field(default_factory=lambda: sys.version_info[:3])
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    load_library: Callable[[str], object] = ctypes.CDLL
    engine_problem: Callable[[], Awaitable[str]] = engine_problem
    sandbox_layers: Callable[[], Awaitable[tuple[str, ...]]] = sandbox_layers
    keyring_backend: Callable[[], str] = keyring_backend
    keyring_timeout_s: float = KEYRING_TIMEOUT_S
    port_is_free: Callable[[str, int], bool] = port_is_free
    memory_bytes: Callable[[], int | None] = available_memory_bytes
    is_installed: Callable[[Extra], bool] = is_installed
    write_error: Callable[[Path], OSError | None] = write_error
    open_to_others: Callable[[Iterable[Path]], list[Path]] = open_to_others
    free_disk_bytes: Callable[[Path], int] = free_disk_bytes
