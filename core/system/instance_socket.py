"""One window for each account and data folder: a later start sends its files to the running one, and exits.

The socket is in a folder that only this account may enter, and the account at its other end is checked. Only the
standard library is imported here, so that a hand-over is quick. Not for Windows, where the window uses a pipe.
"""

import enum
import hashlib
import json
import os
import socket
import stat
import struct
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

CONNECT_S = 1.0
ANSWER_S = 10.0
"""A window that is busy, with a dialog of the system or on a computer without memory, answers late."""

LARGEST_MESSAGE_BYTES = 4 * 1024 * 1024
"""More than the longest command line of any system."""

ANOTHER_WINDOW = "--another-window"
"""The argument for a window's process after the running one hasn't answered a hand-over."""

ANSWER = b"opened\n"

_NAME = "notula.sock"
_LONGEST_ADDRESS_BYTES = 103
"""Of `sun_path`, with its zero, on the system that has the least room (macOS; Linux has 108)."""

_OTHERS = 0o077


class HandOver(enum.Enum):
    """The outcome of a hand-over."""

    NO_WINDOW = "no window runs"
    DONE = "the window has said that it opens the files"
    NO_ANSWER = "a window runs, and doesn't answer"


def hand_over(data_folder: Path, paths: Sequence[Path], *, answer_s: float = ANSWER_S) -> HandOver:
    """Give these files, absolute paths, to the window that runs on this data, and wait for its answer.

    Blocks for `CONNECT_S` and `answer_s` at most.
    """
    names = [os.fsencode(path).decode("utf-8", "surrogateescape") for path in paths]
    message = json.dumps({"open": names}).encode() + b"\n"
    outcome = HandOver.NO_WINDOW
    for path in _places(data_folder):
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(CONNECT_S)
            try:
                with _address(path) as address:
                    client.connect(address)
            except BlockingIOError:
                outcome = HandOver.NO_ANSWER  # Its backlog is full.
                continue
            except OSError:
                continue
            if peer_uid(client) != os.geteuid():
                continue
            client.settimeout(answer_s)
            with suppress(OSError):
                client.sendall(message)
                if client.recv(len(ANSWER)) == ANSWER:
                    return HandOver.DONE
            outcome = HandOver.NO_ANSWER
    return outcome


def listening_socket(data_folder: Path) -> tuple[socket.socket, Path] | None:
    """A socket for the files of later starts, and its path; None where one of ours listens already.

    A socket file that a crash has left is removed. The data folder has to exist. Raises OSError.
    """
    path = _places(data_folder)[0]
    with _alone(path):
        if _is_heard(path):
            return None
        path.unlink(missing_ok=True)
        server = socket.socket(socket.AF_UNIX)
        try:
            with _address(path) as address:
                server.bind(address)
            path.chmod(0o600)
            server.listen(16)
        except BaseException:
            server.close()
            raise
    return server, path


def peer_uid(connection: socket.socket) -> int | None:
    """The number of the account at the other end of a connection; None where the system doesn't report it."""
    try:
        if sys.platform == "linux":
            found = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("iii"))
            return int(struct.unpack("iii", found)[1])
        # `struct xucred` of macOS and the BSDs: a version, then the user (<sys/ucred.h>, LOCAL_PEERCRED).
        return int(struct.unpack_from("II", connection.getsockopt(0, 1, 76))[1])
    except (OSError, struct.error):
        return None


def paths_in(message: bytes) -> list[Path] | None:
    """The files that a message requests to open; None where it isn't a valid message."""
    try:
        names = json.loads(message)["open"]
        if not isinstance(names, list):  # The letters of a string, or "/", would be paths as well.
            return None
        paths = [Path(os.fsdecode(name.encode("utf-8", "surrogateescape"))) for name in names]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return paths if all(path.is_absolute() and "\0" not in str(path) for path in paths) else None


def _places(data_folder: Path) -> list[Path]:
    """Where the socket may be: in the folder for such things, where it is ours alone, or else with the data."""
    places = [data_folder / _NAME]
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if Path(runtime).is_absolute() and _is_private(Path(runtime)):
        own = hashlib.sha256(os.fsencode(data_folder)).hexdigest()[:20]
        places.insert(0, Path(runtime, f"notula-{own}.sock"))
    return [place for place in places if place is places[0] or _is_private(place.parent)]


def _is_private(folder: Path) -> bool:
    try:
        found = folder.stat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & _OTHERS


@contextmanager
def _address(path: Path) -> Iterator[bytes]:
    """What the system is given for this path, which may be longer than an address can be."""
    whole = os.fsencode(path)
    if len(whole) <= _LONGEST_ADDRESS_BYTES:
        yield whole
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield b"/proc/self/fd/%d/%s" % (folder, os.fsencode(path.name))
    finally:
        os.close(folder)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """No other start looks at this socket meanwhile."""
    import fcntl

    descriptor = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _is_heard(path: Path) -> bool:
    """Whether a process of this account listens there."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(CONNECT_S)
        try:
            with _address(path) as address:
                client.connect(address)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return peer_uid(client) == os.geteuid()
