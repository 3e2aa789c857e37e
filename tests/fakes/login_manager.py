"""A message bus on which systemd-logind alone answers: it gives locks, and notes when they are given back.

The protocol is that of https://dbus.freedesktop.org/doc/dbus-specification.html.
"""

import array
import contextlib
import os
import socket
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from jeepney import HeaderFields, Message, new_error, new_method_return
from jeepney.low_level import Parser


class FakeLoginManager:
    """Answers in a thread of its own while it is entered; strict: it knows two calls, and gives one lock a call."""

    def __init__(self, folder: Path, *, refuses: bool = False, passes_descriptors: bool = True) -> None:
        self.address = f"unix:path={folder / 'bus'}"
        self.locks: list[tuple[str, ...]] = []
        """What, who, why and how, of each lock that was asked for."""
        self.released = threading.Event()
        """A lock was given back."""
        self._refuses = refuses
        self._passes_descriptors = passes_descriptors
        self._watching: list[threading.Thread] = []
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(str(folder / "bus"))
        self._socket.listen()
        self._thread = threading.Thread(target=self._serve, name="login-manager")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._socket.close()
        for thread in self._watching:
            thread.join()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):  # The end of `accept` when the socket is shut down.
            while True:
                connection, _ = self._socket.accept()
                with connection, contextlib.suppress(ConnectionError):
                    self._introduce(connection)
                    self._answer_calls(connection)

    def _introduce(self, connection: socket.socket) -> None:
        lines = connection.makefile("rb", buffering=0)
        assert lines.readline().startswith(b"\0AUTH EXTERNAL ")
        connection.sendall(b"OK 0123456789abcdef0123456789abcdef\r\n")
        while (line := lines.readline()) != b"BEGIN\r\n":
            if not line:
                raise ConnectionError
            assert line == b"NEGOTIATE_UNIX_FD\r\n"
            connection.sendall(b"AGREE_UNIX_FD\r\n" if self._passes_descriptors else b"ERROR\r\n")

    def _answer_calls(self, connection: socket.socket) -> None:
        parser = Parser()
        while data := connection.recv(4096):
            parser.add_data(data)
            while (call := parser.get_next_message()) is not None:
                self._answer(connection, call)

    def _answer(self, connection: socket.socket, call: Message) -> None:
        member = call.header.fields[HeaderFields.member]
        if member == "Hello":
            connection.sendall(new_method_return(call, "s", (":1.1",)).serialise(serial=1))
            return
        assert member == "Inhibit"
        assert call.header.fields[HeaderFields.interface] == "org.freedesktop.login1.Manager"
        assert call.header.fields[HeaderFields.path] == "/org/freedesktop/login1"
        self.locks.append(call.body)
        if self._refuses:
            refused = new_error(call, "org.freedesktop.DBus.Error.AccessDenied", "s", ("Permission denied",))
            connection.sendall(refused.serialise(serial=2))
            return
        ours, theirs = os.pipe()
        descriptors = array.array("i")
        message = new_method_return(call, "h", (theirs,)).serialise(serial=2, fds=descriptors)
        connection.sendmsg([message], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, descriptors)])
        os.close(theirs)
        watching = threading.Thread(target=self._watch, args=(ours,), name="lock")
        watching.start()
        self._watching.append(watching)

    def _watch(self, lock: int) -> None:
        """Return when the other end is closed, in every process that has it."""
        os.read(lock, 1)
        os.close(lock)
        self.released.set()
