"""Keeps the computer from going to sleep by itself. A person may still send it to sleep.

All calls block for a moment, so they belong into a thread. What holds the computer awake ends with the process, too.
"""

import contextlib
import ctypes
import logging
import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from jeepney.io.blocking import DBusConnection

logger = logging.getLogger(__name__)

WHO = "Notula"
WHY = "Recordings are being transcribed"

BUS_TIMEOUT_S = 5.0
"""Of the login manager's answer, which takes a few milliseconds."""

THREAD_TIMEOUT_S = 5.0


class SleepInhibitionFailed(Exception):
    """The system can't be kept awake: it has no login manager, or that refuses."""


class SleepInhibitor(Protocol):
    """What keeps this kind of system awake."""

    def hold(self) -> None:
        """Keep the computer awake from now on. Raises `SleepInhibitionFailed`."""

    def release(self) -> None:
        """Let it sleep again. Nothing happens where it isn't held."""


def sleep_inhibitor() -> SleepInhibitor:
    """That of this system."""
    if sys.platform == "win32":
        return ExecutionState()
    return Caffeinate() if sys.platform == "darwin" else LoginManager()


class LoginManager:
    """A lock of systemd-logind, which lasts as long as the descriptor that it gives is open.

    https://systemd.io/INHIBITOR_LOCKS/. `bus` is the address of the bus, by default that of the system.
    """

    def __init__(self, bus: str = "SYSTEM") -> None:
        self._bus = bus
        self._lock: int | None = None

    def hold(self) -> None:
        """Raises `SleepInhibitionFailed` where there is no bus, nobody answers, or the answer is no lock."""
        if self._lock is not None:
            return
        try:
            from jeepney.io.blocking import open_dbus_connection

            with contextlib.closing(open_dbus_connection(self._bus, enable_fds=True)) as connection:
                self._lock = _inhibit(connection)
        # jeepney raises KeyError without an address, and RuntimeError where the bus passes no descriptors.
        except (ImportError, OSError, EOFError, KeyError, RuntimeError, ValueError) as error:
            raise SleepInhibitionFailed(f"{type(error).__name__}: {error}") from error

    def release(self) -> None:
        """Close the descriptor."""
        lock, self._lock = self._lock, None
        if lock is not None:
            os.close(lock)


def _inhibit(connection: "DBusConnection") -> int:
    """Ask for a lock: https://www.freedesktop.org/software/systemd/man/latest/org.freedesktop.login1.html."""
    from jeepney import DBusAddress, HeaderFields, MessageType, new_method_call

    manager = DBusAddress("/org/freedesktop/login1", "org.freedesktop.login1", "org.freedesktop.login1.Manager")
    call = new_method_call(manager, "Inhibit", "ssss", ("idle:sleep", WHO, WHY, "block"))
    reply = connection.send_and_get_reply(call, timeout=BUS_TIMEOUT_S)
    if reply.header.message_type is not MessageType.method_return or not reply.body:
        raise ValueError(str(reply.header.fields.get(HeaderFields.error_name, "no lock was given")))
    return int(reply.body[0].to_raw_fd())


class Caffeinate:
    """The program of macOS that does it, which ends with this process: `man caffeinate`."""

    def __init__(self, program: str = "/usr/bin/caffeinate") -> None:
        self._program = program
        self._running: subprocess.Popen[bytes] | None = None

    def hold(self) -> None:
        """Raises `SleepInhibitionFailed` where the program can't be started."""
        if self._running is not None and self._running.poll() is None:
            return
        command = [self._program, "-i", "-w", str(os.getpid())]
        try:
            self._running = subprocess.Popen(  # noqa: S603  A program of the system, with our own words.
                command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        except OSError as error:
            raise SleepInhibitionFailed(str(error)) from error

    def release(self) -> None:
        """End the program."""
        running, self._running = self._running, None
        if running is not None:
            running.terminate()
            running.wait()


ES_SYSTEM_REQUIRED = 0x00000001
ES_CONTINUOUS = 0x80000000
"""https://learn.microsoft.com/en-us/windows/win32/api/winbase/nf-winbase-setthreadexecutionstate"""


class ExecutionState:
    """That of Windows. It belongs to a thread and ends with it, so one is kept for as long as it is held.

    `kernel` has `SetThreadExecutionState`, which returns 0 where it fails.
    """

    def __init__(self, kernel: Any = None) -> None:
        self._kernel = kernel
        self._released = threading.Event()
        self._thread: threading.Thread | None = None

    def hold(self) -> None:
        """Raises `SleepInhibitionFailed` where Windows refuses."""
        if self._thread is not None:
            return
        answered = threading.Event()
        taken: list[bool] = []
        self._released = released = threading.Event()

        def keep() -> None:
            kernel = self._kernel if self._kernel is not None else _windows_kernel()
            taken.append(bool(kernel.SetThreadExecutionState(ES_CONTINUOUS | ES_SYSTEM_REQUIRED)))
            answered.set()
            if taken[0]:
                released.wait()
                kernel.SetThreadExecutionState(ES_CONTINUOUS)

        thread = threading.Thread(target=keep, name="stay-awake", daemon=True)
        thread.start()
        if not answered.wait(THREAD_TIMEOUT_S) or not taken[0]:
            raise SleepInhibitionFailed("SetThreadExecutionState")
        self._thread = thread

    def release(self) -> None:
        """Let the thread end."""
        thread, self._thread = self._thread, None
        self._released.set()
        if thread is not None:
            thread.join(THREAD_TIMEOUT_S)


def _windows_kernel() -> Any:
    return ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]
