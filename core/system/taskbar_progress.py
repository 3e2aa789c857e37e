"""Shows in the system's taskbar or dock how far work is.

All calls block for a moment, so they belong into a thread; not two at once. What is shown ends with the process, too.
"""

import contextlib
import ctypes
import logging
import sys
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from jeepney.io.blocking import DBusConnection

logger = logging.getLogger(__name__)


class TaskbarUnavailable(Exception):
    """Nothing can be shown: there is no bus, or the taskbar refuses."""


@dataclass(frozen=True, slots=True)
class TaskbarState:
    """How far work is. `progress` is 0 to 1, None where nothing is to be done; `unfinished` counts what is.

    `window` is the handle of the window whose button shows it, on Windows alone.
    """

    progress: float | None = None
    unfinished: int = 0
    is_paused: bool = False
    window: int = 0


class TaskbarProgress(Protocol):
    """What shows it on this kind of system."""

    def show(self, state: TaskbarState) -> None:
        """Show this from now on. Raises `TaskbarUnavailable`."""

    def close(self) -> None:
        """Show nothing any more."""


def taskbar_progress(desktop_file: str) -> TaskbarProgress | None:
    """That of this system; None on macOS, in whose dock Qt shows numbers.

    `desktop_file` is the name of the application's, without its suffix.
    """
    if sys.platform == "win32":
        return TaskbarButton()
    return None if sys.platform == "darwin" else LauncherEntry(desktop_file)


class LauncherEntry:
    """The interface of Unity's launcher, which docks and task managers of KDE, Ubuntu, elementary and others follow.

    https://wiki.ubuntu.com/Unity/LauncherAPI. `bus` is the address of the bus, by default that of the session. They
    forget what was shown as soon as the connection is closed, so it stays open while there is something.
    """

    def __init__(self, desktop_file: str, bus: str = "SESSION") -> None:
        self._application = f"application://{desktop_file}.desktop"
        self._bus = bus
        self._connection: DBusConnection | None = None

    def show(self, state: TaskbarState) -> None:
        """Raises `TaskbarUnavailable` where there is no bus; another connection is tried at the next call."""
        try:
            from jeepney import DBusAddress, new_signal
            from jeepney.io.blocking import open_dbus_connection

            if self._connection is None:
                self._connection = open_dbus_connection(self._bus)
            place = DBusAddress("/com/canonical/unity/launcherentry/1", interface="com.canonical.Unity.LauncherEntry")
            self._connection.send(new_signal(place, "Update", "sa{sv}", (self._application, _properties(state))))
        # jeepney raises KeyError without an address, and ValueError for one that it doesn't know.
        except (ImportError, OSError, EOFError, KeyError, RuntimeError, ValueError) as error:
            self.close()
            raise TaskbarUnavailable(f"{type(error).__name__}: {error}") from error
        if state.progress is None:
            self.close()

    def close(self) -> None:
        """Close the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(OSError):
                connection.close()


def _properties(state: TaskbarState) -> dict[str, tuple[str, object]]:
    return {
        "progress": ("d", state.progress or 0.0),
        "progress-visible": ("b", state.progress is not None),
        "count": ("x", state.unfinished),
        "count-visible": ("b", state.unfinished > 0),
    }


CLSID_TASKBAR_LIST = uuid.UUID("56fdf344-fd6d-11d0-958a-006097c9a090")
IID_TASKBAR_LIST_3 = uuid.UUID("ea1afb91-9e28-4b86-90e9-9e9f8a5eefaf")
"""shobjidl_core.h: https://learn.microsoft.com/windows/win32/api/shobjidl_core/nn-shobjidl_core-itaskbarlist3"""

RELEASE, HR_INIT, SET_PROGRESS_VALUE, SET_PROGRESS_STATE = 2, 3, 9, 10
"""Places in the table of its methods: three of IUnknown, five of ITaskbarList, one of ITaskbarList2, then its own."""

NO_PROGRESS, NORMAL, PAUSED = 0, 2, 8
"""TBPFLAG: https://learn.microsoft.com/windows/win32/api/shobjidl_core/nf-shobjidl_core-itaskbarlist3-setprogressstate"""

CLSCTX_INPROC_SERVER = 1
COINIT_MULTITHREADED = 0
_STEPS = 1000


class TaskbarButton:
    """The window's button in the taskbar of Windows. `library` has the functions of ole32, for tests."""

    def __init__(self, library: Any = None) -> None:
        self._library = library
        self._window = 0

    def show(self, state: TaskbarState) -> None:
        """Raises `TaskbarUnavailable` where a call is refused. The object lives for the call: threads differ."""
        library = self._library if self._library is not None else _ole32()
        self._window = window = state.window or self._window
        is_initialised = library.CoInitializeEx(None, COINIT_MULTITHREADED) >= 0
        taskbar = ctypes.c_void_p()
        try:
            _checked(
                library.CoCreateInstance(
                    CLSID_TASKBAR_LIST.bytes_le,
                    None,
                    CLSCTX_INPROC_SERVER,
                    IID_TASKBAR_LIST_3.bytes_le,
                    ctypes.byref(taskbar),
                )
            )
            _call(taskbar, HR_INIT)
            flag = NO_PROGRESS if state.progress is None else PAUSED if state.is_paused else NORMAL
            _call(taskbar, SET_PROGRESS_STATE, (ctypes.c_void_p, window), (ctypes.c_int, flag))
            if state.progress is not None:
                done = round(state.progress * _STEPS)
                of_all = ((ctypes.c_ulonglong, done), (ctypes.c_ulonglong, _STEPS))
                _call(taskbar, SET_PROGRESS_VALUE, (ctypes.c_void_p, window), *of_all)
        finally:
            if taskbar:
                _call(taskbar, RELEASE, is_checked=False)
            if is_initialised:
                library.CoUninitialize()

    def close(self) -> None:
        """Leave the button as it is outside of work."""
        with contextlib.suppress(TaskbarUnavailable):
            self.show(TaskbarState())


def _call(thing: ctypes.c_void_p, place: int, *arguments: tuple[Any, int], is_checked: bool = True) -> None:
    """Call the method of a COM object at this place of its table."""
    table = ctypes.cast(thing, ctypes.POINTER(ctypes.POINTER(ctypes.c_void_p)))[0]
    make = getattr(ctypes, "WINFUNCTYPE", ctypes.CFUNCTYPE)
    method = make(ctypes.c_long, ctypes.c_void_p, *(kind for kind, _ in arguments))(table[place] or 0)
    result = method(thing, *(value for _, value in arguments))
    if is_checked:
        _checked(result)


def _checked(result: int) -> None:
    if result < 0:
        raise TaskbarUnavailable(f"HRESULT {result & 0xFFFFFFFF:#x}")


def _ole32() -> Any:
    return ctypes.windll.ole32  # type: ignore[attr-defined,unused-ignore]
