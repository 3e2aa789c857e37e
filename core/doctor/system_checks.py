"""Checks of the system that Notula runs on: its Python, its display, its disk, its memory."""

import errno

from core.config import Folders, Settings, lacks_budget
from core.doctor.probes import Probes
from core.domain import Check, CheckResult, TranslatableText, mark
from core.system.display import has_display
from core.system.extras import Extra
from core.system.qt_libraries import QT_LIBRARIES

MEGABYTE = 1_000_000
OLDEST_PYTHON = (3, 11)
NEWEST_PYTHON = (3, 13)

MOST_NAMED = 5
"""So many paths are named in one line."""

_PERMISSION_ADVICE = mark(
    "Give yourself permission to write there, or name other folders with NOTULA_DATA_DIR and so on."
)
_FULL_ADVICE = mark("Make room there, or name other folders with NOTULA_DATA_DIR and so on.")
_FOLDER_ADVICE = {
    errno.EROFS: mark(
        "The drive can only be read. Mount it so that it can be written, or name other folders with NOTULA_DATA_DIR "
        "and so on."
    ),
    errno.ENOSPC: _FULL_ADVICE,
    errno.EDQUOT: _FULL_ADVICE,
}

LITTLE_DISK_BYTES = 500 * MEGABYTE
NO_DISK_BYTES = 50 * MEGABYTE
LITTLE_MEMORY_BYTES = 800 * MEGABYTE
"""One engine with the smallest model and one decoder, with something left for the window."""


def check_python(probes: Probes) -> Check:
    """The Python is one that Notula is made for."""
    subject, finding = TranslatableText(mark("Python")), TranslatableText(".".join(map(str, probes.python)))
    if OLDEST_PYTHON <= probes.python[:2] <= NEWEST_PYTHON:
        return Check(subject, CheckResult.OK, finding)
    versions = {"oldest": ".".join(map(str, OLDEST_PYTHON)), "newest": ".".join(map(str, NEWEST_PYTHON))}
    advice = TranslatableText(mark("Notula is made for Python {oldest} to {newest}. Install one of them."), versions)
    return Check(subject, CheckResult.PROBLEM, finding, advice)


def check_display(probes: Probes) -> Check:
    """There is a display for the window."""
    subject = TranslatableText(mark("Display"))
    if has_display(probes.system, probes.environment):
        return Check(subject, CheckResult.OK, TranslatableText(mark("There is one for the window.")))
    return Check(
        subject,
        CheckResult.WARNING,
        TranslatableText(mark("There is none, so the window can't be shown. The command line works.")),
        TranslatableText(mark("Log in to a desktop, or connect with 'ssh -X', or put 'xvfb-run' before the command.")),
    )


def check_qt_libraries(probes: Probes) -> Check:
    """The window's packages are installed, and so is what Qt expects of a Linux system.

    Without a display that is no problem.
    """
    subject = TranslatableText(mark("Libraries for the window"))
    if not probes.is_installed(Extra.DESKTOP):
        return Check(
            subject,
            CheckResult.WARNING,
            TranslatableText(mark("The window isn't installed. The command line and the bot work without it.")),
            TranslatableText(mark('To get it, run in Notula\'s folder: pip install ".[desktop]"')),
        )
    missing = [name for name in QT_LIBRARIES if probes.system == "linux" and not _loads(name, probes)]
    if not missing:
        return Check(subject, CheckResult.OK, TranslatableText(mark("All there.")))
    is_needed = has_display(probes.system, probes.environment)
    return Check(
        subject,
        CheckResult.PROBLEM if is_needed else CheckResult.WARNING,
        TranslatableText(mark("Missing: {names}."), {"names": ", ".join(missing)}),
        TranslatableText(
            mark("Install them; on Debian and Ubuntu: sudo apt install {packages}"),
            {"packages": " ".join(QT_LIBRARIES[name] for name in missing)},
        ),
    )


def _loads(library: str, probes: Probes) -> bool:
    try:
        probes.load_library(library)
    except OSError:
        return False
    return True


def check_folders(folders: Folders, probes: Probes) -> Check:
    """Notula may write to its folders. Blocking."""
    subject = TranslatableText(mark("Folders"))
    refused = {
        folder: error
        for folder in (folders.config, folders.data, folders.cache, folders.log)
        if (error := probes.write_error(folder)) is not None
    }
    if not refused:
        return Check(
            subject, CheckResult.OK, TranslatableText(mark("Notula can write to {path}."), {"path": str(folders.data)})
        )
    return Check(
        subject,
        CheckResult.PROBLEM,
        TranslatableText(mark("Notula can't write to {paths}."), {"paths": ", ".join(map(str, refused))}),
        TranslatableText(_FOLDER_ADVICE.get(next(iter(refused.values())).errno or 0, _PERMISSION_ADVICE)),
    )


def check_privacy(folders: Folders, probes: Probes) -> Check:
    """No other account may read or change what Notula keeps. Blocking."""
    subject = TranslatableText(mark("Privacy of the folders"))
    try:
        found = probes.open_to_others(folders.all)
    except OSError:
        return Check(subject, CheckResult.WARNING, TranslatableText(mark("The system doesn't tell.")))
    if not found:
        return Check(subject, CheckResult.OK, TranslatableText(mark("Only you may read what Notula keeps.")))
    named, more = ", ".join(map(str, found[:MOST_NAMED])), len(found) - MOST_NAMED
    finding = TranslatableText(mark("Other accounts may get at {paths}."), {"paths": named})
    if more > 0:
        finding = TranslatableText(
            mark("Other accounts may get at {paths} and {count} more."), {"paths": named, "count": more}
        )
    return Check(
        subject,
        CheckResult.WARNING,
        finding,
        TranslatableText(
            mark(
                "Start Notula once, and it closes them; what is still named then belongs to another account, or is on "
                "a drive that knows no permissions: move it."
            )
        ),
    )


def _size(size_bytes: int) -> TranslatableText:
    """A size in MB, from 1 GB on in GB, with a decimal below 10 GB."""
    gigabytes = size_bytes / (1000 * MEGABYTE)
    if gigabytes < 1:
        return TranslatableText(mark("{megabytes} MB"), {"megabytes": size_bytes // MEGABYTE})
    return TranslatableText(
        mark("{gigabytes} GB"), {"gigabytes": f"{gigabytes:.1f}" if gigabytes < 10 else round(gigabytes)}
    )


def check_disk(folders: Folders, probes: Probes) -> Check:
    """The disk with the transcripts has room. Blocking."""
    subject = TranslatableText(mark("Free room on the disk"))
    try:
        free = probes.free_disk_bytes(folders.data)
    except OSError:
        return Check(subject, CheckResult.WARNING, TranslatableText(mark("The system doesn't tell.")))
    finding = _size(free)
    if free >= LITTLE_DISK_BYTES:
        return Check(subject, CheckResult.OK, finding)
    result = CheckResult.WARNING if free >= NO_DISK_BYTES else CheckResult.PROBLEM
    return Check(subject, result, finding, TranslatableText(mark("Make room; transcripts and models need some.")))


def check_port(settings: Settings, probes: Probes) -> Check:
    """The address that a bot's webhook would have is free."""
    host, _, port = settings.webhook_listen.rpartition(":")
    subject = TranslatableText(mark("Port {port}"), {"port": port})
    if probes.port_is_free(host.strip("[]"), int(port)):
        return Check(
            subject,
            CheckResult.OK,
            TranslatableText(mark("No other program uses it, so a bot could be called there over the web.")),
        )
    return Check(
        subject,
        CheckResult.WARNING,
        TranslatableText(mark("Notula can't listen there: another program uses it, or there is no such address here.")),
        TranslatableText(
            mark("Only matters for a bot that is called over the web; end that program or choose another port.")
        ),
    )


def check_budget(settings: Settings) -> Check:
    """Where the bot is open to everybody, there is a budget."""
    subject = TranslatableText(mark("Budget for everybody"))
    if not lacks_budget(settings):
        return Check(subject, CheckResult.OK, TranslatableText(mark("Set, or not needed.")))
    return Check(
        subject,
        CheckResult.WARNING,
        TranslatableText(mark("The bot is open to everybody, and there is no monthly budget.")),
        TranslatableText(mark("Until you set monthly_budget, what costs money is used for you alone.")),
    )


def check_memory(probes: Probes) -> Check:
    """There is memory for an engine and a decoder."""
    subject, available = TranslatableText(mark("Free memory")), probes.memory_bytes()
    if available is None:
        return Check(subject, CheckResult.OK, TranslatableText(mark("The system doesn't tell.")))
    finding = _size(available)
    if available >= LITTLE_MEMORY_BYTES:
        return Check(subject, CheckResult.OK, finding)
    advice = TranslatableText(mark("Close other programs, or choose a smaller model and one recording at once."))
    return Check(subject, CheckResult.WARNING, finding, advice)
