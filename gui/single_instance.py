"""One window a person: a second start hands its files to the first and ends."""

import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

LARGEST_MESSAGE_BYTES = 4 * 1024 * 1024
"""More than a system lets a command line have, as long as names aren't written in other letters."""
CONNECT_MS = 300
WRITE_MS = 2_000


def channel_name(data_folder: Path) -> str:
    """A name of its own for every person and data folder."""
    user = str(os.getuid()) if hasattr(os, "getuid") else os.environ.get("USERNAME", "")
    return "notula-" + hashlib.sha256(f"{user}:{data_folder}".encode()).hexdigest()[:20]


def hand_over(name: str, paths: Sequence[Path]) -> bool:
    """Give these files to the Notula that runs already; False where none does. Waits two seconds at most."""
    socket = QLocalSocket()
    socket.connectToServer(name)
    if not socket.waitForConnected(CONNECT_MS):
        return False
    socket.write(json.dumps({"open": [str(path) for path in paths]}).encode() + b"\n")
    socket.flush()
    if socket.bytesToWrite():
        socket.waitForBytesWritten(WRITE_MS)
    socket.disconnectFromServer()
    if socket.state() is not QLocalSocket.LocalSocketState.UnconnectedState:
        socket.waitForDisconnected(WRITE_MS)
    return True


class InstanceServer(QObject):
    """Listens for later starts. Only the same user can connect, and all that can be asked is to open files."""

    opened = Signal(object)
    """Files, as a list of absolute paths, that another start has handed over; often none."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._accept)
        self._received: dict[QLocalSocket, bytes] = {}

    def listen(self, name: str) -> bool:
        """Begin to listen. A socket that a crash has left behind is taken away first."""
        if self._server.listen(name):
            return True
        QLocalServer.removeServer(name)
        return self._server.listen(name)

    def close(self) -> None:
        """Stop listening."""
        self._server.close()

    def _accept(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            self._received[socket] = b""
            socket.readyRead.connect(self._read)
            socket.disconnected.connect(self._forget)
            self._take(socket)

    def _read(self) -> None:
        socket = self.sender()
        assert isinstance(socket, QLocalSocket)
        self._take(socket)

    def _take(self, socket: QLocalSocket) -> None:
        if socket not in self._received:
            return
        self._received[socket] += socket.readAll().data()
        message, newline, _ = self._received[socket].partition(b"\n")
        if len(message) > LARGEST_MESSAGE_BYTES:
            socket.abort()
        elif newline:
            del self._received[socket]
            socket.readyRead.disconnect(self._read)
            socket.setReadBufferSize(1)  # One message a connection; what follows stays with who sent it.
            paths = _paths_in(message)
            if paths is not None:
                self.opened.emit(paths)

    def _forget(self) -> None:
        socket = self.sender()
        assert isinstance(socket, QLocalSocket)
        self._received.pop(socket, None)
        socket.deleteLater()


def _paths_in(message: bytes) -> list[Path] | None:
    """The files that a message asks to open; None where it is no message of ours."""
    try:
        names = json.loads(message)["open"]
        if not isinstance(names, list):  # The letters of a string, or "/", would be paths as well.
            return None
        paths = [Path(name) for name in names]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return paths if all(path.is_absolute() and "\0" not in str(path) for path in paths) else None
