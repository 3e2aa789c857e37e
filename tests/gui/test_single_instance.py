"""A second start hands its files to the first; what nobody of ours has sent opens nothing."""

import json
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtNetwork import QLocalSocket
from pytestqt.qtbot import QtBot

from gui.single_instance import LARGEST_MESSAGE_BYTES, InstanceServer, channel_name, hand_over


@pytest.fixture
def name() -> str:
    return f"notula-test-{uuid.uuid4().hex}"


@pytest.fixture
def server(qapp: object, name: str) -> Iterator[InstanceServer]:
    made = InstanceServer()
    assert made.listen(name)
    yield made
    made.close()


def connected(qtbot: QtBot, name: str) -> QLocalSocket:
    socket = QLocalSocket()
    socket.connectToServer(name)
    assert socket.waitForConnected(1000)
    return socket


def test_where_nobody_listens_nothing_is_handed_over(qapp: object, name: str) -> None:
    assert not hand_over(name, [Path("/talks/1.wav")])


@pytest.mark.parametrize("files", [[], ["/talks/1.wav"], ["/talks/ä <b>.wav", "/talks/new\nline.wav", "/a\udcff.wav"]])
def test_files_are_handed_over(qtbot: QtBot, server: InstanceServer, name: str, files: list[str]) -> None:
    with qtbot.waitSignal(server.opened) as opened:
        assert hand_over(name, [Path(file) for file in files])
    assert opened.args == [[Path(file) for file in files]]


def test_another_process_hands_over(qtbot: QtBot, server: InstanceServer, name: str) -> None:
    code = (
        "import sys; from pathlib import Path; from gui.single_instance import hand_over;"
        "sys.exit(not hand_over(sys.argv[1], [Path(sys.argv[2])]))"
    )
    with qtbot.waitSignal(server.opened, timeout=10_000) as opened:
        other = subprocess.Popen([sys.executable, "-c", code, name, "/talks/1.wav"])
    assert other.wait(10) == 0
    assert opened.args == [[Path("/talks/1.wav")]]


@pytest.mark.parametrize(
    "message",
    [
        b"hello",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b"null",
        b'{"open": 1}',
        b'{"open": null}',
        b'{"open": "/"}',
        b'{"open": {"/talks": 1}}',
        b'{"open": [1]}',
        b'{"open": ["relative.wav"]}',
        b'{"open": ["/good.wav", "bad.wav"]}',
        json.dumps({"open": ["/a\0b"]}).encode(),
        b"[" * 100_000,
        b'{"open": ["/' + b"a" * LARGEST_MESSAGE_BYTES + b'"]}',
    ],
    ids=lambda message: message[:30].decode("latin1"),
)
def test_a_message_that_is_none_of_ours_opens_nothing_and_harms_nothing(
    qtbot: QtBot, server: InstanceServer, name: str, message: bytes
) -> None:
    with qtbot.assertNotEmitted(server.opened):
        socket = connected(qtbot, name)
        socket.write(message + b"\n")
        socket.flush()
        qtbot.waitUntil(lambda: not any(server._received.values()) and not socket.bytesToWrite())
        socket.disconnectFromServer()
        qtbot.waitUntil(lambda: not server._received)
    with qtbot.waitSignal(server.opened) as opened:
        hand_over(name, [Path("/talks/1.wav")])
    assert opened.args == [[Path("/talks/1.wav")]]


def test_a_message_without_end_is_cut_off(qtbot: QtBot, server: InstanceServer, name: str) -> None:
    socket = connected(qtbot, name)
    with qtbot.assertNotEmitted(server.opened), qtbot.waitSignal(socket.disconnected):
        socket.write(b"a" * (LARGEST_MESSAGE_BYTES + 100_000))
    qtbot.waitUntil(lambda: not server._received)


def test_a_message_in_pieces_is_put_together(qtbot: QtBot, server: InstanceServer, name: str) -> None:
    socket = connected(qtbot, name)
    opened: list[list[Path]] = []
    server.opened.connect(opened.append)
    sent = b""
    for piece in (b'{"open": ["/ta', b"lks/\xc3", b'\xa4.wav"]}', b"\n"):
        assert not opened
        sent += piece
        socket.write(piece)
        socket.flush()
        if piece != b"\n":
            qtbot.waitUntil(lambda sent=sent: sent in server._received.values())
    qtbot.waitUntil(lambda: bool(opened))
    assert opened == [[Path("/talks/ä.wav")]]


def test_a_message_that_is_never_finished_keeps_nobody_waiting(qtbot: QtBot, server: InstanceServer, name: str) -> None:
    socket = connected(qtbot, name)
    socket.write(b'{"open": ["/half')
    socket.flush()
    qtbot.waitUntil(lambda: any(server._received.values()))
    with qtbot.waitSignal(server.opened) as opened:
        hand_over(name, [])
    assert opened.args == [[]]
    socket.abort()
    qtbot.waitUntil(lambda: not server._received)


def test_a_socket_that_a_crash_left_behind_is_no_obstacle(qapp: object, name: str, qtbot: QtBot) -> None:
    code = (
        "import os, sys; from PySide6.QtCore import QCoreApplication; from PySide6.QtNetwork import QLocalServer;"
        "a = QCoreApplication([]); s = QLocalServer(); assert s.listen(sys.argv[1]); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", code, name], check=True)
    assert not hand_over(name, [])
    server = InstanceServer()
    assert server.listen(name)
    with qtbot.waitSignal(server.opened):
        assert hand_over(name, [])
    server.close()


def test_every_data_folder_has_a_channel_of_its_own() -> None:
    assert channel_name(Path("/a")) == channel_name(Path("/a"))
    assert channel_name(Path("/a")) != channel_name(Path("/b"))
