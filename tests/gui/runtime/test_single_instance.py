"""A second start passes its files to the first; messages of other accounts and programs are ignored."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PySide6.QtNetwork import QLocalSocket
from pytestqt.qtbot import QtBot

import core.system.instance_socket
from core.system.instance_socket import ANSWER, LARGEST_MESSAGE_BYTES, HandOver, hand_over, listening_socket
from gui.runtime.single_instance import InstanceServer
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has a pipe instead")
NOBODY = 65534


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "notula"
    folder.mkdir(0o700)
    return folder


@pytest.fixture
def server(qapp: object, data: Path) -> Iterator[InstanceServer]:
    made = InstanceServer()
    assert made.listen(data)
    yield made
    made.close()


def connected(qtbot: QtBot, data: Path) -> QLocalSocket:
    connection = QLocalSocket()
    connection.connectToServer(str(data / "notula.sock"))
    assert connection.waitForConnected(1000)
    return connection


def handed_over(qtbot: QtBot, data: Path, files: Sequence[str]) -> HandOver:
    """The answer to another start. It blocks until then, so it runs in a thread while this one answers."""
    with ThreadPoolExecutor(1) as pool:
        outcome = pool.submit(hand_over, data, [Path(file) for file in files])
        qtbot.waitUntil(outcome.done)
    return outcome.result()


def test_without_a_running_window_nothing_is_handed_over(data: Path) -> None:
    assert hand_over(data, [Path("/talks/1.wav")]) is HandOver.NO_WINDOW
    assert hand_over(data / "missing", []) is HandOver.NO_WINDOW


@pytest.mark.parametrize("files", [[], ["/talks/1.wav"], ["/talks/ä <b>.wav", "/talks/new\nline.wav", "/a\udcff.wav"]])
def test_files_are_handed_over(qtbot: QtBot, server: InstanceServer, data: Path, files: list[str]) -> None:
    with qtbot.waitSignal(server.opened) as opened:
        assert handed_over(qtbot, data, files) is HandOver.DONE
    assert opened.args == [[Path(file) for file in files]]


def test_another_process_hands_over(qtbot: QtBot, server: InstanceServer, data: Path) -> None:
    command = [sys.executable, "-m", "core.cli", "open", "/talks/1.wav", "/talks/latin\udce9.wav"]
    environment = {**os.environ, "NOTULA_DATA_DIR": str(data), "DISPLAY": ":0"}
    with qtbot.waitSignal(server.opened) as opened:
        other = subprocess.Popen(command, env=environment)
    with ThreadPoolExecutor(1) as pool:
        ended = pool.submit(other.wait, PATIENCE_S)
        qtbot.waitUntil(ended.done)
    assert ended.result() == 0
    assert opened.args == [[Path("/talks/1.wav"), Path("/talks/latin\udce9.wav")]]


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
    qtbot: QtBot, server: InstanceServer, data: Path, message: bytes
) -> None:
    with qtbot.assertNotEmitted(server.opened):
        connection = connected(qtbot, data)
        connection.write(message + b"\n")
        connection.flush()
        qtbot.waitUntil(lambda: not any(server._received.values()) and not connection.bytesToWrite())
        assert ANSWER not in connection.readAll().data()
        connection.disconnectFromServer()
        qtbot.waitUntil(lambda: not server._received)
    with qtbot.waitSignal(server.opened) as opened:
        handed_over(qtbot, data, ["/talks/1.wav"])
    assert opened.args == [[Path("/talks/1.wav")]]


def test_a_message_without_end_is_cut_off(qtbot: QtBot, server: InstanceServer, data: Path) -> None:
    connection = connected(qtbot, data)
    with qtbot.assertNotEmitted(server.opened), qtbot.waitSignal(connection.disconnected):
        connection.write(b"a" * (LARGEST_MESSAGE_BYTES + 100_000))
    qtbot.waitUntil(lambda: not server._received)


def test_a_message_in_pieces_is_put_together(qtbot: QtBot, server: InstanceServer, data: Path) -> None:
    connection = connected(qtbot, data)
    opened: list[list[Path]] = []
    server.opened.connect(opened.append)
    sent = b""
    for piece in (b'{"open": ["/ta', b"lks/\xc3", b'\xa4.wav"]}', b"\n"):
        assert not opened
        sent += piece
        connection.write(piece)
        connection.flush()
        if piece != b"\n":
            qtbot.waitUntil(lambda sent=sent: sent in server._received.values())
    qtbot.waitUntil(lambda: bool(opened))
    assert opened == [[Path("/talks/ä.wav")]]


def test_a_message_that_is_never_finished_blocks_no_other(qtbot: QtBot, server: InstanceServer, data: Path) -> None:
    connection = connected(qtbot, data)
    connection.write(b'{"open": ["/half')
    connection.flush()
    qtbot.waitUntil(lambda: any(server._received.values()))
    with qtbot.waitSignal(server.opened) as opened:
        handed_over(qtbot, data, [])
    assert opened.args == [[]]
    connection.abort()
    qtbot.waitUntil(lambda: not server._received)


def test_a_socket_that_a_crash_left_behind_is_no_obstacle(qtbot: QtBot, data: Path) -> None:
    left = listening_socket(data)
    assert left is not None
    left[0].close()
    assert left[1].exists()
    assert hand_over(data, []) is HandOver.NO_WINDOW
    server = InstanceServer()
    assert server.listen(data)
    with qtbot.waitSignal(server.opened):
        assert handed_over(qtbot, data, []) is HandOver.DONE
    assert not InstanceServer().listen(data)
    server.close()
    assert not left[1].exists()


def test_a_window_that_does_not_answer_is_not_waited_for_without_end(data: Path) -> None:
    listening = listening_socket(data)
    assert listening is not None
    assert hand_over(data, [Path("/talks/1.wav")], answer_s=0.01) is HandOver.NO_ANSWER
    listening[0].close()


def test_the_sockets_folder_is_this_accounts_alone(tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runtime = tmp_path / "runtime"
    runtime.mkdir(0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    for private, parent in ((True, runtime), (False, data)):
        runtime.chmod(0o700 if private else 0o755)
        made = listening_socket(data)
        assert made is not None
        assert made[1].parent == parent
        assert made[1].stat().st_mode & 0o777 == 0o600
        assert hand_over(data, [], answer_s=0.01) is HandOver.NO_ANSWER
        made[0].close()


def test_every_data_folder_has_a_socket_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.chmod(0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    sockets = [listening_socket(Path(folder)) for folder in ("/a", "/b")]
    assert len({made[1] for made in sockets if made}) == 2
    for made in sockets:
        made[0].close() if made else None


def test_a_long_path_is_no_obstacle(qtbot: QtBot, data: Path) -> None:
    deep = data / ("d" * 120)
    server = InstanceServer()
    assert server.listen(deep)
    with qtbot.waitSignal(server.opened):
        assert handed_over(qtbot, deep, ["/talks/1.wav"]) is HandOver.DONE
    server.close()


def test_another_account_is_told_nothing_and_can_open_nothing(
    qtbot: QtBot, server: InstanceServer, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even if it could get at the socket, which is in a folder that it can't enter."""
    monkeypatch.setattr(core.system.instance_socket, "peer_uid", lambda connection: NOBODY)
    assert hand_over(data, [Path("/secret.wav")]) is HandOver.NO_WINDOW
    monkeypatch.setattr("gui.runtime.single_instance.peer_uid", lambda connection: NOBODY)
    with socket.socket(socket.AF_UNIX) as other, qtbot.assertNotEmitted(server.opened):
        other.connect(str(data / "notula.sock"))
        other.sendall(b'{"open": ["/etc/passwd"]}\n')
        with ThreadPoolExecutor(1) as pool:
            answer = pool.submit(other.recv, 100)
            qtbot.waitUntil(answer.done)
        assert answer.exception() is not None or answer.result() == b""


def test_a_start_that_has_no_answer_when_the_window_ends_opens_its_files_itself(
    qtbot: QtBot, server: InstanceServer, data: Path
) -> None:
    heard: list[list[Path]] = []
    server.opened.connect(heard.append)
    with ThreadPoolExecutor(1) as pool:
        outcome = pool.submit(hand_over, data, [Path("/talks/1.wav")])
        qtbot.waitUntil(lambda: bool(server._received) or outcome.done())
        # What was already answered was opened; nothing is opened once this is closed.
        server.close()
        qtbot.waitUntil(outcome.done)
    assert (outcome.result() is HandOver.DONE) == bool(heard)
