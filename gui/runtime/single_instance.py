"""Receives the files that later starts pass to the running window: see `core.system.instance_socket`."""

import contextlib
import hashlib
import json
import logging
import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from core.system.instance_socket import ANSWER, LARGEST_MESSAGE_BYTES, listening_socket, paths_in, peer_uid
from core.system.private_files import make_folder

logger = logging.getLogger(__name__)

_CONNECT_MS = 300
_ANSWER_MS = 10_000


def pipe_name(data_folder: Path) -> str:
    """A name of its own for every person and data folder, on Windows."""
    return "notula-" + hashlib.sha256(f"{os.environ.get('USERNAME', '')}:{data_folder}".encode()).hexdigest()[:20]


def hand_over_by_pipe(data_folder: Path, paths: Sequence[Path]) -> bool:
    """Pass these files to the running Notula, on Windows. False where none runs or it doesn't answer."""
    pipe = QLocalSocket()
    pipe.connectToServer(pipe_name(data_folder))
    if not pipe.waitForConnected(_CONNECT_MS):
        return False
    pipe.write(json.dumps({"open": [str(path) for path in paths]}).encode() + b"\n")
    pipe.flush()
    return bool(pipe.waitForReadyRead(_ANSWER_MS)) and pipe.readAll().data() == ANSWER


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
        self._place: Path | None = None

    def listen(self, data_folder: Path) -> bool:
        """Begin to listen. False where another one listens, or this can't be; the window does without, then."""
        if sys.platform == "win32":
            return self._server.listen(pipe_name(data_folder))
        try:
            make_folder(data_folder)
            listening = listening_socket(data_folder)
        except OSError as error:
            logger.warning("Later starts can't hand over their files: %s", error)
            return False
        if listening is None:
            return False
        made, self._place = listening
        return self._server.listen(made.detach())

    def close(self) -> None:
        """Stop listening. Who has no answer yet gets none, and so opens its files itself."""
        self._server.close()
        for connection in tuple(self._received):
            connection.abort()
        self._received.clear()
        if self._place is not None:
            with contextlib.suppress(OSError):
                self._place.unlink()
            self._place = None

    def _accept(self) -> None:
        while (connection := self._server.nextPendingConnection()) is not None:
            if not _is_same_user(connection):
                connection.abort()
                connection.deleteLater()
                continue
            self._received[connection] = b""
            connection.readyRead.connect(self._read)
            connection.disconnected.connect(self._forget)
            self._take(connection)

    def _read(self) -> None:
        connection = self.sender()
        assert isinstance(connection, QLocalSocket)
        self._take(connection)

    def _take(self, connection: QLocalSocket) -> None:
        if connection not in self._received:
            return
        self._received[connection] += connection.readAll().data()
        message, newline, _ = self._received[connection].partition(b"\n")
        if len(message) > LARGEST_MESSAGE_BYTES:
            connection.abort()
        elif newline:
            del self._received[connection]
            connection.readyRead.disconnect(self._read)
            connection.setReadBufferSize(1)  # One message a connection: the sender's further bytes are not read.
            paths = paths_in(message)
            if paths is not None:
                self.opened.emit(paths)
                connection.write(ANSWER)
                connection.flush()

    def _forget(self) -> None:
        connection = self.sender()
        assert isinstance(connection, QLocalSocket)
        self._received.pop(connection, None)
        connection.deleteLater()


def _is_same_user(connection: QLocalSocket) -> bool:
    """Whether the other end is this account's, as the folder of the socket sees to already."""
    if sys.platform == "win32":
        return True
    try:
        with socket.socket(fileno=os.dup(int(connection.socketDescriptor()))) as same:
            return peer_uid(same) == os.geteuid()
    except OSError:
        return False
