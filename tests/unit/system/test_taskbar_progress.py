"""Progress in the taskbar: over a real bus on Linux, and by the calls that Windows gets."""

import ctypes
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from jeepney import MatchRule, message_bus
from jeepney.io.blocking import DBusConnection, Proxy, open_dbus_connection

from core.system.taskbar_progress import (
    CLSID_TASKBAR_LIST,
    HR_INIT,
    IID_TASKBAR_LIST_3,
    NO_PROGRESS,
    NORMAL,
    PAUSED,
    RELEASE,
    SET_PROGRESS_STATE,
    SET_PROGRESS_VALUE,
    LauncherEntry,
    TaskbarButton,
    TaskbarState,
    TaskbarUnavailable,
)
from tests.patience import PATIENCE_S

with_bus = pytest.mark.skipif(shutil.which("dbus-daemon") is None, reason="needs dbus-daemon")
HALF = TaskbarState(0.5, 3)


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[str]:
    """A private bus, which ends with the test."""
    command = ["dbus-daemon", "--session", "--nofork", f"--address=unix:path={tmp_path}/bus", "--print-address"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as daemon:
        assert daemon.stdout is not None
        yield daemon.stdout.readline().strip()
        daemon.terminate()


def follow(dock: DBusConnection) -> MatchRule:
    """Have the signals that a dock follows, and the going of names, sent to this connection."""
    rule = MatchRule(type="signal", interface="com.canonical.Unity.LauncherEntry", member="Update")
    proxy = Proxy(message_bus, dock, timeout=PATIENCE_S)
    proxy.AddMatch(rule)
    proxy.AddMatch(MatchRule(type="signal", interface="org.freedesktop.DBus", member="NameOwnerChanged"))
    return rule


@with_bus
def test_a_dock_is_told_and_the_connection_stays_while_there_is_progress(bus: str) -> None:
    entry = LauncherEntry("notula", bus)
    with closing(open_dbus_connection(bus)) as dock:
        rule = follow(dock)
        gone = MatchRule(type="signal", interface="org.freedesktop.DBus", member="NameOwnerChanged")
        with dock.filter(rule, bufsize=9) as updates, dock.filter(gone, bufsize=9) as names:
            entry.show(HALF)
            entry.show(TaskbarState(0.75, 1))
            senders = set()
            for progress, count in ((0.5, 3), (0.75, 1)):
                update = dock.recv_until_filtered(updates, timeout=PATIENCE_S)
                application, properties = update.body
                assert application == "application://notula.desktop"
                assert properties == {
                    "progress": ("d", progress),
                    "progress-visible": ("b", True),
                    "count": ("x", count),
                    "count-visible": ("b", True),
                }
                senders |= set(update.header.fields.values())
            entry.show(TaskbarState())
            _, properties = dock.recv_until_filtered(updates, timeout=PATIENCE_S).body
            assert (properties["progress-visible"], properties["count-visible"]) == (("b", False), ("b", False))
            left = []
            while not left or left[-1] != "":  # Its name goes once nothing is shown.
                name, _, owner = dock.recv_until_filtered(names, timeout=PATIENCE_S).body
                left.append(owner)
            assert name in senders
    entry.close()


@with_bus
def test_another_connection_is_made_after_the_bus_was_gone(tmp_path: Path, bus: str) -> None:
    entry = LauncherEntry("notula", bus)
    entry.show(HALF)
    assert entry._connection is not None
    entry._connection.sock.close()
    with pytest.raises(TaskbarUnavailable):
        entry.show(TaskbarState(0.6, 1))
    with closing(open_dbus_connection(bus)) as dock, dock.filter(follow(dock)) as updates:
        entry.show(TaskbarState(0.7, 1))
        assert dock.recv_until_filtered(updates, timeout=PATIENCE_S).body[1]["progress"] == ("d", 0.7)
    entry.close()


@pytest.mark.parametrize("address", ["unix:path={folder}/nobody", "tcp:host=127.0.0.1", "nonsense"])
def test_a_session_without_a_bus_is_told(tmp_path: Path, address: str) -> None:
    with pytest.raises(TaskbarUnavailable):
        LauncherEntry("notula", address.format(folder=tmp_path)).show(HALF)


class FakeOle32:
    """Gives an object with the table of ITaskbarList3, whose methods note their calls."""

    def __init__(self, refused: int | None = None) -> None:
        """The method at the place `refused` fails; with -1 there is no such object."""
        self.calls: list[tuple[int, ...]] = []
        self._refused = refused
        word, big, number = ctypes.c_void_p, ctypes.c_ulonglong, ctypes.c_int
        kinds = {RELEASE: (), HR_INIT: (), SET_PROGRESS_VALUE: (word, big, big), SET_PROGRESS_STATE: (word, number)}
        self._methods = {
            place: ctypes.CFUNCTYPE(ctypes.c_long, word, *of)(lambda _, *values, place=place: self._call(place, values))
            for place, of in kinds.items()
        }
        table = (ctypes.c_void_p * 12)()
        for place, method in self._methods.items():
            table[place] = ctypes.cast(method, ctypes.c_void_p)
        self._table = table
        self._object = ctypes.c_void_p(ctypes.addressof(table))
        self.initialised = 0

    def CoInitializeEx(self, reserved: None, flags: int) -> int:  # noqa: N802  Windows' names
        assert (reserved, flags) == (None, 0)
        self.initialised += 1
        return 0

    def CoUninitialize(self) -> None:  # noqa: N802
        self.initialised -= 1

    def CoCreateInstance(self, kind: bytes, outer: None, context: int, wanted: bytes, into: object) -> int:  # noqa: N802
        assert (kind, outer, context, wanted) == (CLSID_TASKBAR_LIST.bytes_le, None, 1, IID_TASKBAR_LIST_3.bytes_le)
        if self._refused == -1:
            return -2147221164  # REGDB_E_CLASSNOTREG
        into._obj.value = ctypes.addressof(self._object)  # type: ignore[attr-defined]
        return 0

    def _call(self, place: int, values: tuple[int, ...]) -> int:
        self.calls.append((place, *values))
        return -2147467259 if place == self._refused else 0  # E_FAIL


def test_the_button_of_windows_shows_progress_and_every_object_is_given_back() -> None:
    library = FakeOle32()
    button = TaskbarButton(library)
    button.show(TaskbarState(0.5, 3, window=77))
    button.show(TaskbarState(0.5, 3, is_paused=True, window=77))
    button.close()
    begin, end = (HR_INIT,), (RELEASE,)
    assert library.calls == [
        *(begin, (SET_PROGRESS_STATE, 77, NORMAL), (SET_PROGRESS_VALUE, 77, 500, 1000), end),
        *(begin, (SET_PROGRESS_STATE, 77, PAUSED), (SET_PROGRESS_VALUE, 77, 500, 1000), end),
        *(begin, (SET_PROGRESS_STATE, 77, NO_PROGRESS), end),
    ]
    assert library.initialised == 0


@pytest.mark.parametrize("refused", [-1, HR_INIT, SET_PROGRESS_STATE, SET_PROGRESS_VALUE])
def test_what_windows_refuses_is_told_and_given_back(refused: int) -> None:
    library = FakeOle32(refused)
    button = TaskbarButton(library)
    with pytest.raises(TaskbarUnavailable):
        button.show(TaskbarState(0.5, 3, window=77))
    assert refused == -1 or library.calls[-1] == (RELEASE,)
    assert library.initialised == 0
    button.close()
