"""Checks of the system that Notula runs on: its Python, its display, its disk, its memory."""

from core.config import Folders
from core.doctor.computer import Computer, has_display
from core.domain import Check, CheckResult, Message, mark

MEGABYTE = 1_000_000
OLDEST_PYTHON = (3, 11)
NEWEST_PYTHON = (3, 13)
WEBHOOK_PORT = 8080

LITTLE_DISK_BYTES = 500 * MEGABYTE
NO_DISK_BYTES = 50 * MEGABYTE
LITTLE_MEMORY_BYTES = 800 * MEGABYTE
"""One engine with the smallest model and one decoder, with something left for the window."""

QT_LIBRARIES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
}
"""What Qt's own package expects of a Linux system (https://doc.qt.io/qt-6/linux-requirements.html), and which Debian
package has it."""


def check_python(computer: Computer) -> Check:
    """The Python is one that Notula is made for."""
    subject, finding = Message(mark("Python")), Message(".".join(map(str, computer.python)))
    if OLDEST_PYTHON <= computer.python[:2] <= NEWEST_PYTHON:
        return Check(subject, CheckResult.OK, finding)
    versions = {"oldest": ".".join(map(str, OLDEST_PYTHON)), "newest": ".".join(map(str, NEWEST_PYTHON))}
    advice = Message(mark("Notula is made for Python {oldest} to {newest}. Install one of them."), versions)
    return Check(subject, CheckResult.PROBLEM, finding, advice)


def check_display(computer: Computer) -> Check:
    """There is a display for the window."""
    subject = Message(mark("Display"))
    if has_display(computer.system, computer.environment):
        return Check(subject, CheckResult.OK, Message(mark("There is one for the window.")))
    return Check(
        subject,
        CheckResult.WARNING,
        Message(mark("There is none, so the window can't be shown. The command line works.")),
        Message(mark("Log in to a desktop, or connect with 'ssh -X', or put 'xvfb-run' before the command.")),
    )


def check_qt_libraries(computer: Computer) -> Check:
    """What Qt expects of a Linux system is installed. Without a display that is no problem."""
    subject = Message(mark("Libraries for the window"))
    missing = [name for name in QT_LIBRARIES if computer.system == "linux" and not _loads(name, computer)]
    if not missing:
        return Check(subject, CheckResult.OK, Message(mark("All there.")))
    is_needed = has_display(computer.system, computer.environment)
    return Check(
        subject,
        CheckResult.PROBLEM if is_needed else CheckResult.WARNING,
        Message(mark("Missing: {names}."), {"names": ", ".join(missing)}),
        Message(
            mark("Install them; on Debian and Ubuntu: sudo apt install {packages}"),
            {"packages": " ".join(QT_LIBRARIES[name] for name in missing)},
        ),
    )


def _loads(library: str, computer: Computer) -> bool:
    try:
        computer.load_library(library)
    except OSError:
        return False
    return True


def check_folders(folders: Folders, computer: Computer) -> Check:
    """Notula may write to its folders. Blocking."""
    subject = Message(mark("Folders"))
    refused = [
        folder
        for folder in (folders.config, folders.data, folders.cache, folders.log)
        if not computer.is_writable(folder)
    ]
    if not refused:
        return Check(subject, CheckResult.OK, Message(mark("Notula can write to {path}."), {"path": str(folders.data)}))
    return Check(
        subject,
        CheckResult.PROBLEM,
        Message(mark("Notula can't write to {paths}."), {"paths": ", ".join(map(str, refused))}),
        Message(mark("Give yourself permission to write there, or name other folders with NOTULA_DATA_DIR and so on.")),
    )


def check_disk(folders: Folders, computer: Computer) -> Check:
    """The disk with the transcripts has room. Blocking."""
    subject = Message(mark("Free room on the disk"))
    try:
        free = computer.free_disk_bytes(folders.data)
    except OSError:
        return Check(subject, CheckResult.WARNING, Message(mark("The system doesn't tell.")))
    finding = Message(mark("{megabytes} MB"), {"megabytes": free // MEGABYTE})
    if free >= LITTLE_DISK_BYTES:
        return Check(subject, CheckResult.OK, finding)
    result = CheckResult.WARNING if free >= NO_DISK_BYTES else CheckResult.PROBLEM
    return Check(subject, result, finding, Message(mark("Make room; transcripts and models need some.")))


def check_port(computer: Computer) -> Check:
    """The port that a bot's webhook would have is free."""
    subject = Message(mark("Port {port}"), {"port": WEBHOOK_PORT})
    if computer.port_is_free(WEBHOOK_PORT):
        return Check(subject, CheckResult.OK, Message(mark("Free.")))
    return Check(
        subject,
        CheckResult.WARNING,
        Message(mark("Another program uses it.")),
        Message(mark("Only matters for a bot that is called over the web; end that program or choose another port.")),
    )


def check_memory(computer: Computer) -> Check:
    """There is memory for an engine and a decoder."""
    subject, available = Message(mark("Free memory")), computer.memory_bytes()
    if available is None:
        return Check(subject, CheckResult.OK, Message(mark("The system doesn't tell.")))
    finding = Message(mark("{megabytes} MB"), {"megabytes": available // MEGABYTE})
    if available >= LITTLE_MEMORY_BYTES:
        return Check(subject, CheckResult.OK, finding)
    advice = Message(mark("Close other programs, or choose a smaller model and one recording at once."))
    return Check(subject, CheckResult.WARNING, finding, advice)
