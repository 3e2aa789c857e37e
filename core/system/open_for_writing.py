"""Whether a program has a file open that it may still write."""

import signal
import sys
from contextlib import suppress


def is_open_for_writing(descriptor: int) -> bool:
    """Whether any process has the file, which is open here for reading, open for writing.

    False where that can't be known: the file is another user's, lies on a drive of the network, or this isn't Linux.
    """
    if sys.platform != "linux":
        return False
    import fcntl

    # A read lease is only given for a file that nobody writes: https://man7.org/linux/man-pages/man2/F_SETLEASE.2const.html
    try:
        # Who opens it in the moment of the lease causes a signal; the usual one, SIGIO, would end this process.
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except BlockingIOError:
        return True
    except OSError:
        return False
    with suppress(OSError):
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    return False
